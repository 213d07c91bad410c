"""The two dials of a run, and what it is called by."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Run:
    """`published(version) = f(ledger[1..n], as_of)`: the arguments of one run.

    `n` is the ledger position that is read, `head` the hash of its last line (the chain's origin when
    the ledger is empty), `as_of` the moment that everything is judged at (aware, UTC).
    """

    run_id: str
    n: int
    as_of: datetime
    head: str
    code_version: str

    @property
    def version(self) -> str:
        """The published version's name; the same arguments always give the same name."""
        as_of = self.as_of.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        return f"n{self.n:06d}-{as_of}-{self.code_version[:12]}"
