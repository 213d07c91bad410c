"""Step 2: the ledger's segments into `warehouse.duckdb`, a cache that can be thrown away at any time."""

from pipelines.warehouse.connection import connect, connect_to_read, scratch
from pipelines.warehouse.loading import (
    LoadReport,
    built_by,
    discard,
    load,
    note_built,
    read_run,
    record_metrics,
)

__all__ = [
    "LoadReport",
    "built_by",
    "connect",
    "connect_to_read",
    "discard",
    "load",
    "note_built",
    "read_run",
    "record_metrics",
    "scratch",
]
