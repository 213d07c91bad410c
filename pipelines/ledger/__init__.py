"""The one thing that is ever appended to: Parquet segments and `ledger.jsonl`, a hash chain.

`chain` reads and appends lines, `writing` makes a batch's files durable before its line, `verify`
proves that nothing was changed. What a row means is no business of this package.
"""

from pipelines.ledger.chain import ORIGIN, ContractEntry, Entry, FileEntry, Ledger, StoredFile
from pipelines.ledger.verify import refuse_if_damaged, verify
from pipelines.ledger.writing import LedgerLock, ledger_lock

__all__ = [
    "ORIGIN",
    "ContractEntry",
    "Entry",
    "FileEntry",
    "Ledger",
    "LedgerLock",
    "StoredFile",
    "ledger_lock",
    "refuse_if_damaged",
    "verify",
]
