"""The two dials of a run, and what it is called by."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pipelines.contracts.model import EARLIEST, FIRST_MOMENT, LAST_MOMENT, LATEST


def read_as_of(text: str) -> datetime:
    """A timestamp, or a bare date for its 00:00; without an offset it is UTC. Raises `ValueError`, in words."""
    try:
        if not re.match(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError(text)
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(
            f"{text!r} is no timestamp; write 2026-04-01 or 2026-04-01T06:30:00Z"
        ) from None
    if not FIRST_MOMENT <= moment <= LAST_MOMENT:
        raise ValueError(f"{text!r} is not in {EARLIEST}..{LATEST}, and all that lands is")
    return moment


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

    def repeats(self, other: "Run | None") -> bool:
        """Whether what the other run made holds for this one too: same ledger, same moment, same code."""
        return other is not None and replace(other, run_id=self.run_id) == self
