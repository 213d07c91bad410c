"""Tables of the oracle against tables of the warehouse, value for value, with differences that a person can read.

What belongs here: each table's grain and JSON columns, and how two tables are compared. Numbers are equal by value
(the documents fix units, not widths), lists in their order, JSON by what it parses to.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from assets_tests.progress.oracle_known import Row

# Tables of which no two rows share these columns; where the documents leave a key's making open, none.
GRAINS: dict[str, tuple[str, ...]] = {
    "step_progress": ("step_id", "student_id"),
    "assignment_progress": ("assignment_id", "student_id"),
    "sequence_progress": ("sequence_id", "student_id"),
    "student_progress_summary": ("student_id",),
    "class_progress": ("class_id", "assignment_id"),
    "class_summary": ("class_id",),
    "organization_progress": ("organization_id",),
    "organization_progress_trend": ("organization_id", "period", "period_start"),
    "content_effectiveness": ("assignment_id",),
    "concept_mastery": ("student_id", "concept_id"),
    "student_activity": ("student_id", "activity_date"),
    "student_risk_history": ("student_id", "risk_date"),
    "interventions": ("student_id", "risk_date"),
    "progress_snapshots": ("snapshot_id",),
    "progress_events": (),
    "progress_inconsistencies": (),
}
JSON_COLUMNS = ("state_snapshot", "properties", "detail")
SHOWN = 3


def plain(column: str, value: Any) -> Any:
    """A value as it is compared."""
    if column in JSON_COLUMNS and isinstance(value, str):
        value = json.loads(value)
    if isinstance(value, Decimal):
        return float(value)
    return value


def as_text(row: Row) -> str:
    """A row as one line, equal exactly where its values are."""
    return json.dumps(
        {name: comparable(value) for name, value in row.items()}, sort_keys=True, default=str
    )


def comparable(value: Any) -> Any:
    """A value whose text is equal where the value is: 80 is 80.0."""
    if isinstance(value, dict):
        return {name: comparable(item) for name, item in value.items()}
    if isinstance(value, list):
        return [comparable(item) for item in value]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else value


def few(kind: str, lines: Iterable[str]) -> list[str]:
    """The first of some lines, and how many more there are."""
    found = sorted(lines)
    more = [f"{kind}: and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
    return [f"{kind}: {line}" for line in found[:SHOWN]] + more


def differences(table: str, found: Sequence[Row], expected: Sequence[Row]) -> list[str]:
    """What a table says otherwise than the oracle; empty when they agree.

    A table may have more columns than the documents name; those are not looked at.
    """
    if not expected or not found:
        return few("missing", map(as_text, expected)) + few("unexpected", map(as_text, found))
    missing = expected[0].keys() - found[0].keys()
    if missing:
        return [f"no column {name}" for name in sorted(missing)]
    rows = [{name: plain(name, row[name]) for name in expected[0]} for row in found]
    if not GRAINS[table]:
        have, want = Counter(map(as_text, rows)), Counter(map(as_text, expected))
        return few("missing", (want - have).elements()) + few(
            "unexpected", (have - want).elements()
        )
    have_by_key = by_grain(table, rows)
    want_by_key = by_grain(table, expected)
    differing = [
        f"{key} {name}: is {row[name]!r}, should be {want_by_key[key][name]!r}"
        for key, row in have_by_key.items()
        if key in want_by_key
        for name in row
        if comparable(row[name]) != comparable(want_by_key[key][name])
    ]
    return (
        few(
            "missing",
            (as_text(want_by_key[key]) for key in want_by_key.keys() - have_by_key.keys()),
        )
        + few(
            "unexpected",
            (as_text(have_by_key[key]) for key in have_by_key.keys() - want_by_key.keys()),
        )
        + few("different", differing)
    )


def by_grain(table: str, rows: Iterable[Row]) -> dict[tuple[Any, ...], Row]:
    """Rows by their key, which must be one."""
    found: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = tuple(row[name] for name in GRAINS[table])
        if key in found:
            raise ValueError(f"{table} has two rows of {key}")
        found[key] = row
    return found
