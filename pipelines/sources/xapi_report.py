"""What a landing of xAPI statements says of itself: every statement, as what it became or why it became nothing.

Words only; what becomes of a statement is decided in `pipelines.sources.xapi` and its neighbours.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.sources.xapi_file import Broken

SHOWN_BROKEN = 20


@dataclass(frozen=True)
class Outcome:
    """What `count` statements of a verb became: an event type, or nothing for a reason; or a decision about them."""

    verb: str
    what: str
    count: int


@dataclass(frozen=True)
class XapiReport:
    """What one landing read, wrote and left out.

    `statements` = the counts of `became` + those of `became_nothing`; `broken` are no statements. `found` counts
    distinct actors, activities and sessions: (in landing files, in all readable statements).
    """

    statements: int
    broken: tuple[Broken, ...]
    became: tuple[Outcome, ...]
    became_nothing: tuple[Outcome, ...]
    decided: tuple[Outcome, ...]
    found: dict[str, tuple[int, int]]
    rows_out: dict[str, int]
    files: tuple[Path, ...]
    more: str | None

    def __str__(self) -> str:
        """A few lines for people."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield "read:"
        yield f"  {'statements':<20}{self.statements:>12,}"
        yield "landed:"
        yield from (f"  {contract:<20}{rows:>12,}" for contract, rows in self.rows_out.items())
        yield from (
            f"  {what:<20}{landed:>12,}  of {read:,}" for what, (landed, read) in self.found.items()
        )
        yield from _list("became:", self.became)
        yield from _list("became nothing:", self.became_nothing)
        yield from _list("decided:", self.decided)
        if self.broken:
            yield f"no statements: {len(self.broken):,}"
            yield from (f"  {item.fault}" for item in self.broken[:SHOWN_BROKEN])
            if len(self.broken) > SHOWN_BROKEN:
                yield f"  and {len(self.broken) - SHOWN_BROKEN:,} more"
        if self.more:
            yield f"The server says that more statements are at {self.more!r}; they are not in this file."


def _list(title: str, outcomes: Iterable[Outcome]) -> Iterator[str]:
    lines = [f"  {outcome.count:>12,}  {outcome.verb}: {outcome.what}" for outcome in outcomes]
    if lines:
        yield title
        yield from lines
