"""The one thing that is ever appended to: Parquet segments and `ledger.jsonl`, a hash chain.

`chain` reads and appends lines, `writing` makes a batch's files durable before its line, `compacting` merges small
segments into one, `segments` says which files hold the rows now, `verify` proves that nothing was changed. What a row
means is no business of this package.
"""

from pipelines.ledger.chain import (
    ORIGIN,
    Compaction,
    ContractEntry,
    Entry,
    FileEntry,
    Ledger,
    StoredFile,
)
from pipelines.ledger.segments import Segment, accepted_rows, segments, segments_of
from pipelines.ledger.verify import proven, verify
from pipelines.ledger.writing import LedgerLock, ledger_lock

__all__ = [
    "ORIGIN",
    "Compaction",
    "ContractEntry",
    "Entry",
    "FileEntry",
    "Ledger",
    "LedgerLock",
    "Segment",
    "StoredFile",
    "accepted_rows",
    "ledger_lock",
    "proven",
    "segments",
    "segments_of",
    "verify",
]
