"""Step 2: the ledger's segments into `warehouse.duckdb`, a cache that can be thrown away at any time."""

from pipelines.warehouse.connection import connect, connect_to_read, scratch
from pipelines.warehouse.load import LoadReport, load, record_metrics

__all__ = ["LoadReport", "connect", "connect_to_read", "load", "record_metrics", "scratch"]
