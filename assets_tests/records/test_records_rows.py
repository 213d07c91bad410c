"""Every check of a row of facts goes red on a row that breaks it, and names itself."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pandera.polars as pa
import polars as pl
import pytest
from pandera.errors import SchemaErrors

from pipelines.checks.records_rows import MODELS

POINTS = {
    "lecture_id": pl.String(),
    "user_id": pl.String(),
    "points_total_materialized": pl.Decimal(18, 4),
    "points_max_materialized": pl.Decimal(18, 4),
    "percentage_materialized": pl.Float64(),
}
COLUMNS: dict[str, dict[str, pl.DataType]] = {
    "records.performance_records": POINTS
    | {
        "achievements_met_ids": pl.List(pl.String),
        "points_max_pending": pl.Decimal(18, 4),
        "computed_at": pl.Datetime("us", "UTC"),
    },
    "records.achievement_progress": {
        "achievement_id": pl.String(),
        "user_id": pl.String(),
        "lecture_id": pl.String(),
        "value_type": pl.String(),
        "threshold": pl.Decimal(12, 4),
        "grade_value": pl.String(),
        "value": pl.Decimal(38, 18),
        "met": pl.Boolean(),
    },
    "records.student_standing": POINTS
    | {"achievements_met": pl.List(pl.String), "certification_status": pl.String()},
}

ANN = {
    "lecture_id": "l",
    "user_id": "ann",
    "points_total_materialized": Decimal("58"),
    "points_max_materialized": Decimal("100"),
    "percentage_materialized": 58.0,
}
BEN = {
    "lecture_id": "l",
    "user_id": "ben",
    "points_total_materialized": Decimal("3"),
    "points_max_materialized": Decimal("0"),
    "percentage_materialized": None,
}
COMPUTED_AT = datetime(2026, 4, 1, tzinfo=UTC)


def result(
    value_type: str, threshold: int | None, grade: str | None, **others: Any
) -> dict[str, Any]:
    row = {
        "achievement_id": value_type,
        "user_id": "ann",
        "lecture_id": "l",
        "value_type": value_type,
        "threshold": None if threshold is None else Decimal(threshold),
        "grade_value": grade,
        "value": None,
        "met": False,
    }
    return row | others


# Rows that are as they should be; each case below breaks the first of them.
GOOD: dict[str, list[dict[str, Any]]] = {
    "records.performance_records": [
        ANN
        | {
            "achievements_met_ids": ["1", "2"],
            "points_max_pending": Decimal("20"),
            "computed_at": COMPUTED_AT,
        },
        BEN
        | {
            "achievements_met_ids": [],
            "points_max_pending": Decimal("0"),
            "computed_at": COMPUTED_AT,
        },
    ],
    "records.achievement_progress": [
        result("numeric", 12, "12", value=Decimal(12), met=True),
        result("boolean", None, "pass", met=True),
        result("percentage", 0, None),
        result("percentage", 75, "75%"),
    ],
    "records.student_standing": [
        ANN | {"achievements_met": ["Talk", "Talk"], "certification_status": "passed"},
        BEN | {"achievements_met": [], "certification_status": None},
    ],
}

AT_LEAST = "greater_than_or_equal_to"
NEGATIVE = Decimal("-1")
POINTS_CASES: list[tuple[str, dict[str, Any]]] = [
    (f"points_total_materialized:{AT_LEAST}", {"points_total_materialized": NEGATIVE}),
    (f"points_max_materialized:{AT_LEAST}", {"points_max_materialized": NEGATIVE}),
    (f"percentage_materialized:{AT_LEAST}", {"percentage_materialized": -1.0}),
    ("percentage_is_total_over_maximum", {"percentage_materialized": 58.0000001}),
    ("percentage_is_total_over_maximum", {"percentage_materialized": None}),
    ("percentage_is_total_over_maximum", {"points_max_materialized": Decimal(0)}),
]
CASES: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "records.performance_records": [
        *POINTS_CASES,
        (f"points_max_pending:{AT_LEAST}", {"points_max_pending": NEGATIVE}),
        ("pending_is_part_of_the_maximum", {"points_max_pending": Decimal("100.0001")}),
        ("ids_are_sorted", {"achievements_met_ids": ["2", "1"]}),
        ("ids_are_sorted", {"achievements_met_ids": ["1", "1"]}),
    ],
    "records.achievement_progress": [
        ("value_type:isin", {"value_type": "count"}),
        (f"threshold:{AT_LEAST}", {"threshold": NEGATIVE}),
        ("measured_against_a_threshold", {"threshold": None, "met": False}),
        ("measured_against_a_threshold", {"value_type": "boolean", "met": False, "value": None}),
        (
            "measured_against_a_threshold",
            {"value_type": "boolean", "met": False, "threshold": None},
        ),
        (
            "percentage_threshold_is_at_most_100",
            {"value_type": "percentage", "threshold": Decimal("100.01"), "met": False},
        ),
        ("grade_is_normalized", {"grade_value": " 12"}),
        ("grade_is_normalized", {"grade_value": "12A"}),
        ("grade_is_normalized", {"grade_value": ""}),
        ("met_follows_from_the_grade", {"met": False}),
        ("met_follows_from_the_grade", {"value": Decimal("11.999999999999999999")}),
        ("met_follows_from_the_grade", {"value": None}),
        (
            "met_follows_from_the_grade",
            {"value_type": "boolean", "threshold": None, "value": None, "grade_value": "passed"},
        ),
    ],
    "records.student_standing": [
        *POINTS_CASES,
        ("titles_are_sorted", {"achievements_met": ["Talk", "Attendance"]}),
        ("certification_status:isin", {"certification_status": "deferred"}),
    ],
}


def frame(model: str, broken: dict[str, Any] | None = None) -> pl.DataFrame:
    first, *others = GOOD[model]
    return pl.DataFrame([first | (broken or {}), *others], schema=COLUMNS[model])


def red(model: str, data: pl.DataFrame) -> set[str]:
    """The checks that a frame breaks, a column's as `column:check`."""
    try:
        MODELS[model].validate(data, lazy=True)
    except SchemaErrors as errors:
        return {
            check if column in (None, MODELS[model].__name__) else f"{column}:{check.split('(')[0]}"
            for column, check in errors.failure_cases.select("column", "check").rows()
        }
    return set()


def all_checks(model: type[pa.DataFrameModel]) -> set[str]:
    schema = model.to_schema()
    return {check.name for check in schema.checks} | {
        f"{name}:{check.name}" for name, column in schema.columns.items() for check in column.checks
    }


@pytest.mark.parametrize("model", MODELS)
def test_good_rows_pass(model: str) -> None:
    assert red(model, frame(model)) == set()


@pytest.mark.requirement("R004-23", "R004-27", "R004-52", "R004-53", "R004-54", "R004-55")
@pytest.mark.parametrize(
    ("model", "check", "broken"),
    [(model, check, broken) for model, cases in CASES.items() for check, broken in cases],
)
def test_a_broken_row_turns_its_check_red(model: str, check: str, broken: dict[str, Any]) -> None:
    assert check in red(model, frame(model, broken))


@pytest.mark.parametrize("model", MODELS)
def test_every_check_has_a_row_that_breaks_it(model: str) -> None:
    assert {check for check, _ in CASES[model]} == all_checks(MODELS[model])


@pytest.mark.parametrize("model", MODELS)
def test_a_stray_column_is_red(model: str) -> None:
    assert red(model, frame(model).with_columns(stray=pl.lit(1)))


@pytest.mark.parametrize(
    ("model", "column"),
    [
        (model, name)
        for model in MODELS
        for name, column in MODELS[model].to_schema().columns.items()
        if not column.nullable
    ],
)
def test_a_missing_value_is_red(model: str, column: str) -> None:
    assert f"{column}:not_nullable" in red(model, frame(model, {column: None}))
