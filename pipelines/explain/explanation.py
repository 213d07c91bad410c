"""What an explanation consists of, and its form for machines."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from pipelines.explain.table import Formula
from pipelines.publish.manifest import iso

Row = Mapping[str, Any]

SHOWN = 20
"""Of a longer list text shows so many; `--json` has all of it."""


@dataclass(frozen=True)
class Worked:
    """A formula; where it is arithmetic that holds here, `with_values` writes it out, and `value` is what it gives."""

    formula: Formula
    with_values: str | None = None
    value: Any = None


@dataclass(frozen=True)
class Line:
    """A line of a landing file: its name as the ledger took it, its SHA-256, the line (of Parquet the row) from 1.

    `what` says what the signal on it adds; `moment` is its own, occurred_at or effective_at.
    """

    file: str
    sha256: str
    line: int
    contract: str
    batch: int
    moment: datetime
    what: str


@dataclass(frozen=True)
class PartRows:
    """Rows that the number was made of; `of` is the table they can be explained in."""

    name: str
    of: str | None
    key: tuple[str, ...]
    rows: Sequence[Row]


@dataclass(frozen=True)
class Explanation:
    """One row of a published table and how it came about.

    `version` holds version, n, head, as_of and code_version of the published version; `values` is its row as published.
    """

    table: str
    key: Mapping[str, str]
    version: Mapping[str, Any]
    values: Row
    terms: Row
    formulas: Sequence[Worked]
    parts: Sequence[PartRows]
    lines: Sequence[Line]

    def to_json(self) -> str:
        """All of it: moments are ISO text in UTC, numbers unrounded."""
        told = {
            "table": self.table,
            "key": dict(self.key),
            "version": dict(self.version),
            "formulas": [
                {
                    "column": worked.formula.column,
                    "says": worked.formula.says,
                    "requirements": worked.formula.requirements,
                    "with_values": worked.with_values,
                    "value": worked.value,
                }
                for worked in self.formulas
            ],
            "values": dict(self.values),
            "terms": dict(self.terms),
            "parts": {
                part.name: {"of": part.of, "rows": [dict(row) for row in part.rows]}
                for part in self.parts
            },
            "lines": [
                {
                    "file": line.file,
                    "line": line.line,
                    "contract": line.contract,
                    "moment": line.moment,
                    "what": line.what,
                    "batch": line.batch,
                    "sha256": line.sha256,
                }
                for line in self.lines
            ],
        }
        return json.dumps(told, indent=2, ensure_ascii=False, default=plain)


def plain(value: Any) -> Any:
    """A value of DuckDB as JSON has it."""
    match value:
        case datetime():
            return iso(value.replace(tzinfo=value.tzinfo or UTC))
        case date():
            return value.isoformat()
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case _:
            raise TypeError(f"{type(value).__name__} is in no explained table")


def in_words(value: Any) -> str:
    """A value as text shows it."""
    match value:
        case None:
            return "NULL"
        case bool():
            return str(value).lower()
        case list():
            rest = [f"and {len(value) - SHOWN:,} more"] if len(value) > SHOWN else []
            return f"[{', '.join([*map(in_words, value[:SHOWN]), *rest])}]"
        case float() if value.is_integer():
            return str(int(value))
        case date() | Decimal():
            return str(plain(value)).replace(".000000Z", "Z")
        case _:
            return str(value)
