"""Step 2: the ledger's segments into `warehouse.duckdb`, a cache that can be thrown away at any time."""

from pipelines.warehouse.connection import connect, scratch
from pipelines.warehouse.load import LoadReport, load, record_metrics

__all__ = ["LoadReport", "connect", "load", "record_metrics", "scratch"]
