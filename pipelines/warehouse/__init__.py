"""Step 2: the ledger's segments into `warehouse.duckdb`, a cache that can be thrown away at any time."""

from pipelines.warehouse.connection import connect, connect_to_read, scratch
from pipelines.warehouse.loading import (
    BUILT,
    FAILED,
    RAW_CHECKED,
    LoadReport,
    discard,
    load,
    noted,
    read_run,
    record_metrics,
    take_note,
)

__all__ = [
    "BUILT",
    "FAILED",
    "RAW_CHECKED",
    "LoadReport",
    "connect",
    "connect_to_read",
    "discard",
    "load",
    "noted",
    "read_run",
    "record_metrics",
    "scratch",
    "take_note",
]
