"""What a check found.

Belongs here: the result's shape and its words. Not here: how it was found (`frames`, `run`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.contracts import CONTRACTS

EXAMPLES = 5
LONGEST_EXAMPLE = 300
# An example outlives the warehouse in Dagster's log, and would outlive a forgetting there.
NOT_SHOWN = {column.name for contract in CONTRACTS.values() for column in contract.personal} | {
    "raw"
}


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check on the warehouse as it stands.

    `tables[0]` is the table that it is about. `examples` are at most five broken rows as text; they may
    say of whom, by id, and belong where administrators read. `sentence` holds none.
    """

    name: str
    tables: tuple[str, ...]
    description: str
    blocking: bool
    passed: bool
    rows_checked: int
    broken_rows: int
    examples: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What, where, how many, and what to do."""
        where = ", ".join(self.tables)
        if self.passed:
            return f"{self.name} holds on {where} ({self.rows_checked:,} rows)."
        if self.broken_rows > self.rows_checked:  # what breaks it is no row of these tables
            extent = f"{self.broken_rows:,} break it"
        elif self.broken_rows:
            extent = f"{self.broken_rows:,} of {self.rows_checked:,} rows break it"
        else:
            extent = "the table is not what is declared"
        return f"{self.name} fails on {where}: {extent}. {self.description}"


def row_text(row: Mapping[str, object]) -> str:
    """A broken row as an example shows it, without what makes a person recognisable."""
    return ", ".join(
        f"{name}={'(personal)' if name in NOT_SHOWN else value!s}" for name, value in row.items()
    )


def shortened(text: str) -> str:
    """An example of bearable length."""
    return text if len(text) <= LONGEST_EXAMPLE else text[: LONGEST_EXAMPLE - 1] + "…"
