"""The words in which an explained table is stated: formulas, parts, and where its queries lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

QUERIES = Path(__file__).parent / "queries"


@dataclass(frozen=True)
class Formula:
    """How a column comes about: in the documents' words and, where it is arithmetic, as SQL.

    `arithmetic` is over the columns of the row and of `terms.sql`; it is shown with their values, and what it gives is
    held against `column` (of the row, or of the terms). It holds where `when` does.
    """

    column: str
    says: str
    requirements: tuple[str, ...]
    arithmetic: str | None = None
    when: str = "true"


@dataclass(frozen=True)
class Part:
    """Rows that the row was made of, read by `<name>.sql`; with `of`, rows of that table, whose lines count too."""

    name: str
    of: str | None = None


@dataclass(frozen=True)
class ExplainedTable:
    """A published table, `<domain>.<mart>`, whose rows can be explained."""

    name: str
    formulas: tuple[Formula, ...]
    parts: tuple[Part, ...]

    @property
    def mart(self) -> str:
        """The name without its schema."""
        return self.name.partition(".")[2]

    def query(self, name: str) -> str:
        """The SQL of `terms`, of `signals`, or of a part. It reads the rows that are explained from `shown`."""
        return (QUERIES / self.mart / f"{name}.sql").read_text(encoding="utf-8")
