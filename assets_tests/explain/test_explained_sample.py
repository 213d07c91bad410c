"""Explanations of the committed sample: they come to the published numbers, and name the lines these are made of."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assets_tests.conftest import SAMPLE, SampleRun
from assets_tests.explain import oracle
from assets_tests.explain.cases import CASES
from assets_tests.explain.conftest import Explain, Row, Rows
from assets_tests.explain.landed_sample import LandedSample, Place
from pipelines.cli import OK, main
from pipelines.contracts import CONTRACTS
from pipelines.explain import Explanation, text
from pipelines.explain.derivation import EXPLAINED

WEEK = [
    "internship_instance_id=inst_3001",
    "aggregation_window=weekly",
    "period_start=2026-03-01",
]


@pytest.fixture(scope="module", params=sorted(EXPLAINED))
def cases(
    request: pytest.FixtureRequest, rows: Rows, explained: Explain
) -> list[tuple[Row, Explanation]]:
    """Rows of one table, as published and explained."""
    table = request.param
    found = rows(CASES[table])
    assert len(found) >= 5, table
    return [(row, explained(table, row)) for row in found]


def test_what_is_shown_is_the_published_row(cases: list[tuple[Row, Explanation]]) -> None:
    for row, explanation in cases:
        assert dict(explanation.values) == row


def test_the_formulas_come_to_the_published_numbers(cases: list[tuple[Row, Explanation]]) -> None:
    worked_out = 0
    for row, explanation in cases:
        said = {**explanation.terms, **row}
        for worked in explanation.formulas:
            assert worked.formula.column in said
            assert worked.formula.requirements
            if worked.with_values is not None and said[worked.formula.column] is not None:
                number = said[worked.formula.column]
                if isinstance(number, Decimal):
                    number = float(number)
                assert worked.value == pytest.approx(number, abs=1e-9)
                worked_out += 1
    assert worked_out > 0


def test_the_lines_are_those_that_the_landing_files_say(
    cases: list[tuple[Row, Explanation]], landed: LandedSample, rows: Rows
) -> None:
    for row, explanation in cases:
        places = [(line.file, line.line) for line in explanation.lines]
        assert len(places) == len(set(places))
        assert set(places) == expected_lines(explanation.table, landed, row, rows), explanation.key


def expected_lines(table: str, landed: LandedSample, row: Row, rows: Rows) -> set[Place]:
    match table:
        case "progress.assignment_progress":
            return oracle.assignment_progress(landed, row, _of(rows, "step_progress", row))
        case "progress.student_progress_summary":
            assignments = _of(rows, "assignment_progress", row)
            return oracle.student_progress_summary(
                landed, row, assignments, _of(rows, "step_progress", row)
            )
        case _:
            lines: oracle.Lines = getattr(oracle, table.partition(".")[2])
            return lines(landed, row)


def _of(rows: Rows, mart: str, row: Row) -> list[Row]:
    return rows(f"from progress.{mart} where student_id = '{row['student_id']}'")


def test_each_line_holds_what_is_said_of_it(
    cases: list[tuple[Row, Explanation]], landed: LandedSample
) -> None:
    by_place = {row.place: row for rows in landed.everything.values() for row in rows}
    for _, explanation in cases:
        assert explanation.lines
        for line in explanation.lines:
            row = by_place[line.file, line.line]
            assert row.file.startswith(f"{line.contract}/")
            assert row.holds_from == line.moment
            assert line.sha256 == hashlib.sha256((SAMPLE / line.file).read_bytes()).hexdigest()
            assert line.batch == 1
            key = [str(row[column]) for column in CONTRACTS[line.contract].entity_key]
            assert line.contract in UNNAMED or any(part in line.what for part in key), line


# Of these an explanation holds one, or names them by their day.
UNNAMED = {"internships", "organizations", "internship_days_off"}


def test_the_cases_reach_every_kind_of_file_and_signal(rows: Rows, explained: Explain) -> None:
    lines = [
        line
        for table, query in CASES.items()
        for row in rows(query)
        for line in explained(table, row).lines
    ]
    suffixes = {"".join(Path(line.file).suffixes) for line in lines}
    assert suffixes >= {".csv", ".csv.gz", ".csv.zst", ".jsonl", ".jsonl.gz", ".parquet"}
    whats = " | ".join(line.what for line in lines)
    for part in (
        "is off", ", late", ", overdue", "an input", "completes ", "completion 1", "completed_by_teacher",
        "target_adjusted", "free play of", "passes ", "removed", "counts for", "badge ", "exempt", "pending",
        "the address", "as it stood then",
    ):  # fmt: skip
        assert part in whats, part


@pytest.mark.requirement("R001-07", "R001-08", "R001-09", "R001-10")
def test_the_performance_score_is_made_of_its_three_ratios(rows: Rows, explained: Explain) -> None:
    [row] = rows("from performance.user_performance where user_id = 'user_1001'")
    explanation = explained("performance.user_performance", row)
    [score] = [
        worked
        for worked in explanation.formulas
        if worked.formula.column == "current_performance_score"
    ]
    ratios = [
        explanation.values[name]
        for name in ("on_time_ratio", "skill_accuracy", "difficulty_factor")
    ]
    by_hand = 100 * sum(
        ratio * weight for ratio, weight in zip(ratios, (0.5, 0.3, 0.2), strict=True)
    )
    assert round(by_hand, 9) == row["current_performance_score"]
    assert score.with_values == f"({ratios[0]} x 0.5 + {ratios[1]} x 0.3 + {ratios[2]} x 0.2) x 100"


@pytest.mark.requirement("R003-152", "R003-154", "R003-155")
def test_every_risk_factor_comes_with_its_numbers(rows: Rows, explained: Explain) -> None:
    seen = set()
    for row in rows("from progress.student_progress_summary where at_risk"):
        explanation = explained("progress.student_progress_summary", row)
        [factors] = [part.rows for part in explanation.parts if part.name == "risk_factors"]
        assert [factor["factor"] for factor in factors] == row["risk_factors"]
        [assignments] = [part.rows for part in explanation.parts if part.name == "assignments"]
        for factor in factors:
            said, measured = factor["factor"], factor["measured"]
            assert factor["what"], said
            number = [int(part) for part in said.split("_") if part.isdigit()]
            if said.startswith("behind_pace"):
                gaps = [
                    assignment["expected_percentage"] - assignment["completion_percentage"]
                    for assignment in assignments
                    if assignment["status"] in ("in_progress", "not_started")
                    and assignment["expected_percentage"] is not None
                ]
                assert math.isclose(measured, max(gaps), abs_tol=1e-6)
                assert number == [math.floor(measured + 0.5)]
                assert measured > factor["limit_value"] == 30
            elif said == "high_score_variance":
                assert measured > factor["limit_value"] == 0.3
            else:
                assert number == [math.floor(measured)]
                assert math.floor(measured) > factor["limit_value"]
            seen.add(factor["threshold"])
    assert len(seen) >= 4


def test_the_form_for_machines_holds_everything(
    sample_run: SampleRun, capsys: pytest.CaptureFixture[str], rows: Rows
) -> None:
    data = ["--data", str(sample_run.settings.data)]
    assert main(["explain", "internship_aggregates", *WEEK, "--json", *data]) == OK
    printed = capsys.readouterr()
    assert printed.err == ""
    told = json.loads(printed.out)
    assert list(told) == [
        "table", "key", "version", "formulas", "values", "terms", "parts", "lines",
    ]  # fmt: skip
    assert told["table"] == "internships.internship_aggregates"
    assert told["key"] == dict(pair.split("=") for pair in WEEK)
    manifest = json.loads((sample_run.current / "manifest.json").read_text())
    assert told["version"] == {
        name: manifest[name] for name in ("version", "n", "head", "as_of", "code_version")
    }
    [rate] = [f for f in told["formulas"] if f["column"] == "attendance_rate"]
    assert rate == {
        "column": "attendance_rate",
        "says": "attended / expected days; NULL when none is expected",
        "requirements": ["R000-20", "G000-01", "G000-03"],
        "with_values": "4 / 5",
        "value": 0.8,
    }
    [row] = rows(
        "from internships.internship_aggregates where internship_instance_id = 'inst_3001'"
        " and aggregation_window = 'weekly' and period_start = '2026-03-01'"
    )
    assert told["values"] == {name: _plain(value) for name, value in row.items()}
    assert told["terms"]["attended_by_day"] == [0, 1, 1, 1, 1, 0, 0]
    assert [len(told["parts"]["days"]["rows"]), told["parts"]["days"]["of"]] == [7, None]
    assert told["lines"][-1] == {
        "file": "task_events/2026-03.jsonl",
        "line": 84,
        "contract": "task_events",
        "moment": "2026-03-05T21:50:00.000000Z",
        "what": "task_3001_09_1001_submitted_1: first submission of task_3001_09",
        "batch": 1,
        "sha256": hashlib.sha256((SAMPLE / "task_events/2026-03.jsonl").read_bytes()).hexdigest(),
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def test_decimals_and_moments_are_numbers_and_text_for_machines(
    rows: Rows, explained: Explain
) -> None:
    [row] = rows(
        "from records.performance_records where lecture_id = 'lec_linear_algebra' and user_id = 'user_1051'"
    )
    assert row["points_total_materialized"] == Decimal("99.1")
    told = json.loads(explained("records.performance_records", row).to_json())
    assert told["values"]["points_total_materialized"] == 99.1
    assert told["values"]["points_max_materialized"] == 120
    assert told["values"]["computed_at"] == "2026-04-01T00:00:00.000000Z"


def test_text_for_people_shows_twenty_of_a_long_list(
    sample_run: SampleRun, capsys: pytest.CaptureFixture[str], rows: Rows, explained: Explain
) -> None:
    data = ["--data", str(sample_run.settings.data)]
    assert (
        main(["explain", "progress.student_progress_summary", "student_id=user_1052", *data]) == OK
    )
    printed = capsys.readouterr().out
    [row] = rows("from progress.student_progress_summary where student_id = 'user_1052'")
    explanation = explained("progress.student_progress_summary", row)
    assert printed == text(explanation) + "\n"
    head, _, lines = printed.rpartition(" lines of landing files\n")
    count = len(explanation.lines)
    assert head.endswith(f"\n{count}")
    assert lines.splitlines()[20] == f"  and {count - 20} more, in --json"
    assert len(lines.splitlines()) == 21
    assert "behind_pace_75_percent" in head
    assert "cairn explain progress.assignment_progress assignment_id=" in head
    commanding = replace(explanation, values={"title": "\x1b[2J\nrow"})
    assert "\nrow\n  title  \\x1b[2J\\nrow\n\n" in text(commanding)
    shown = [line.split()[0] for line in lines.splitlines()[:20]]
    assert shown == [f"{line.file}:{line.line}" for line in explanation.lines[:20]]


def test_no_address_is_shown(rows: Rows, explained: Explain, landed: LandedSample) -> None:
    addresses = {row["email"] for row in landed.everything["users"] if row.get("email")}
    assert len(addresses) > 10
    for row in rows(CASES["records.registration_decisions"]):
        told = explained("records.registration_decisions", row).to_json()
        assert not [address for address in addresses if address in told]
