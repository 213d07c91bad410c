"""Every check of `ops` turns red on a broken row, and only then."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from assets_tests.dbt.checking import checks_of, failed_checks
from pipelines.checks.ops import MODELS, RULES

COUNTS = {
    "batch": 1,
    "rows_read": 10,
    "accepted": 7,
    "duplicates": 2,
    "quarantined": 1,
    "files": 1,
}
MOMENT = datetime(2026, 3, 1, tzinfo=UTC)

GOOD: dict[str, dict[str, Any]] = {
    "ops.batches": COUNTS | {"committed_at": MOMENT, "hash": "0" * 64},
    "ops.ingest_accounting": COUNTS | {"contract": "users"},
    "ops.quarantine": {
        "contract": "users",
        "file_hash": "0" * 64,
        "line": 0,
        "file": "users.csv",
        "reasons": ["unreadable_file"],
        "raw": None,
        "batch": 1,
    },
    "ops.orphans": {
        "contract": "users",
        "column": "organization_id",
        "kind": "unresolved",
        "rows": 1,
        "examples": ["o1"],
    },
    "ops.freshness": {
        "contract": "users",
        "last_occurred_at": None,
        "last_ingested_at": MOMENT,
        "class": "near_real_time",
    },
    "ops.run_metrics": {
        "run_id": "run",
        "metric": "step_duration_ms",
        "dimension": None,
        "value": 0.0,
    },
}

BROKEN_COUNTS: list[tuple[dict[str, Any], set[str]]] = [
    ({"batch": 0}, {"greater_than_or_equal_to"}),
    ({"rows_read": 6, "accepted": -1, "duplicates": 6}, {"greater_than_or_equal_to"}),
    ({"rows_read": 6, "accepted": 6, "duplicates": -1}, {"greater_than_or_equal_to"}),
    ({"rows_read": 8, "quarantined": -1}, {"greater_than_or_equal_to"}),
    ({"files": -1}, {"greater_than_or_equal_to"}),
    ({"rows_read": 11}, {"nothing_is_lost"}),
]

BROKEN: list[tuple[str, dict[str, Any], set[str]]] = [
    *(("ops.batches", *broken) for broken in BROKEN_COUNTS),
    ("ops.batches", {"hash": "abc"}, {"str_matches"}),
    ("ops.batches", {"committed_at": None}, {"not_nullable"}),
    *(("ops.ingest_accounting", *broken) for broken in BROKEN_COUNTS),
    ("ops.ingest_accounting", {"contract": "people"}, {"isin"}),
    ("ops.quarantine", {"contract": "people"}, {"isin"}),
    ("ops.quarantine", {"file_hash": "abc"}, {"str_matches"}),
    ("ops.quarantine", {"line": -1}, {"greater_than_or_equal_to"}),
    ("ops.quarantine", {"batch": 0}, {"greater_than_or_equal_to"}),
    ("ops.quarantine", {"reasons": []}, {"has_a_reason"}),
    ("ops.orphans", {"contract": "people"}, {"isin"}),
    ("ops.orphans", {"kind": "lost"}, {"isin"}),
    ("ops.orphans", {"rows": 0}, {"greater_than_or_equal_to"}),
    ("ops.orphans", {"examples": []}, {"has_examples"}),
    ("ops.orphans", {"examples": list("abcdef")}, {"has_examples"}),
    ("ops.freshness", {"contract": "people"}, {"isin"}),
    ("ops.freshness", {"class": "stale"}, {"isin"}),
    ("ops.run_metrics", {"value": -1.0}, {"greater_than_or_equal_to"}),
    ("ops.run_metrics", {"metric": None}, {"not_nullable"}),
    *((table, {"stray": 1}, {"column_in_schema"}) for table in GOOD),
]


@pytest.mark.parametrize("table", MODELS)
def test_a_good_row_passes(table: str) -> None:
    assert failed_checks(MODELS[table], GOOD[table]) == set()


@pytest.mark.parametrize(("table", "change", "checks"), BROKEN)
def test_a_broken_row_turns_its_check_red(
    table: str, change: dict[str, Any], checks: set[str]
) -> None:
    assert failed_checks(MODELS[table], GOOD[table] | change) == checks


@pytest.mark.parametrize("table", MODELS)
def test_every_check_is_broken_above(table: str) -> None:
    broken = [checks for name, _, checks in BROKEN if name == table]
    assert checks_of(MODELS[table]) <= set().union(*broken)


def test_orphans_only_warn() -> None:
    assert [rule.name for rule in RULES if not rule.blocking] == ["no_orphans"]
