"""What each screen of the document reads, by the role that opens it: the tables and macros that carry its data.

R003-168 (screen readers, keyboards, contrast, motion, text size) asks nothing of the data: numbers and texts are
published as such, colours as words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import duckdb
import pytest

from assets_tests.api import body
from assets_tests.progress.published_tables import MACROS, publish

Reader = Callable[[str], duckdb.DuckDBPyConnection]


@pytest.fixture(scope="module")
def macros(school: Path) -> dict[str, list[str]]:
    return publish(school)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("school")


@pytest.fixture
def reader(school: Path, macros: dict[str, list[str]]) -> Iterator[Reader]:
    """Opens the file of a role."""
    with ExitStack() as stack:
        yield lambda role: stack.enter_context(
            duckdb.connect(str(school / role / "cairn.duckdb"), read_only=True)
        )


@pytest.mark.requirement("R003-06", "R003-187", "R003-188", "R003-192", "R003-193", "G003-45")
def test_a_role_has_the_macros_whose_tables_it_has(macros: dict[str, list[str]]) -> None:
    """Each of them shows risk or single steps, so that a student has none and reads tables instead."""
    assert macros == {
        "student": [],
        "employer": [],
        "teacher": ["assignment_progress", "class_progress", "student_progress"],
        "admin": sorted(MACROS),
        "ai": [],
    }


@pytest.mark.requirement("R003-161", "R003-184")
def test_the_student_s_dashboard(reader: Reader) -> None:
    """Overall percentage, next step, activity by day, mastered concepts, streak; scores of single activities are
    in `progress_events`, which is the teacher's.
    """
    student = reader("student")
    assert student.execute(
        """
        select
            round(sum(completion_percentage * steps_required) / sum(steps_required), 2),
            min_by(next_step_id, next_step_due_at)
        from progress.assignment_progress
        where student_id = 'ada' and status <> 'archived'
        """
    ).fetchall() == [(33.33, "z-quiz")]
    assert student.execute(
        "select activity_date::varchar, attempts, steps_completed from progress.student_activity"
        " where student_id = 'ada' order by activity_date desc limit 10"
    ).fetchall() == [("2026-03-31", 7, 0)]
    assert student.execute(
        "select list(concept_id) from progress.concept_mastery"
        " where student_id = 'ada' and mastery_level = 'mastered'"
    ).fetchall() == [(["halves"],)]
    assert student.execute(
        "select streak_days, badges_earned from progress.student_progress_summary where student_id = 'ada'"
    ).fetchall() == [(4, 2)]


@pytest.mark.requirement("R003-161", "R003-166")
def test_the_last_activities_with_their_scores(reader: Reader) -> None:
    assert reader("teacher").execute(
        """
        select step_id, (properties ->> 'score_achieved')::double
        from progress.progress_events
        where student_id = 'ada' and event = 'step_progress_updated'
        order by occurred_at desc
        limit 10
        """
    ).fetchall() == [("z-quiz", None), ("z-quiz", 55.05), ("z-quiz", 40.5)]


@pytest.mark.requirement("R003-162")
def test_an_assignment_s_detail(reader: Reader) -> None:
    """Step states and cards, total and average time, next up with its target; scores over time from the events."""
    teacher = reader("teacher")
    assignment = body(teacher, "api.assignment_progress(?, ?)", "fractions", "ada")
    assert [step["state"] for step in assignment["steps"]] == ["complete", "in_progress", "locked"]
    assert assignment["time_on_task_ms"] / assignment["steps_total"] == 1_250_000
    [next_up] = [
        step for step in assignment["steps"] if step["step_id"] == assignment["next_step_id"]
    ]
    assert (next_up["target_score"], next_up["attempt_count"]) == (80, 7)
    assert teacher.execute(
        """
        select (properties ->> 'score_achieved')::double as score
        from progress.progress_events
        where student_id = 'ada' and assignment_id = 'fractions' and score is not null
        order by occurred_at, event_id
        """
    ).fetchall() == [(40.5,), (55.05,)]


@pytest.mark.requirement("R003-163", "R003-164", "R003-165")
def test_the_teacher_s_grid_can_be_sorted_by_any_cell(reader: Reader) -> None:
    assert reader("teacher").execute(
        """
        with students as (select unnest(roster) as student from api.class_progress('7a')),
        cells as (select student.student_id, unnest(student.assignments) as cell from students)
        select student_id, cell.assignment_id, cell.completion_percentage, cell.colour
        from cells
        where cell.status <> 'archived'
        order by cell.completion_percentage, cell.mastery_score, cell.pacing_status, student_id
        """
    ).fetchall() == [("ada", "fractions", 33.33, "red")]


@pytest.mark.requirement("R003-166")
def test_the_teacher_s_view_of_a_student(reader: Reader) -> None:
    """Heatmap, struggle, interventions; what a teacher did about them is no signal, overrides are `step_events`."""
    teacher = reader("teacher")
    assert teacher.execute(
        "select concept_id, mastery_level from progress.concept_mastery where student_id = 'ada' order by 1"
    ).fetchall() == [("halves", "mastered"), ("thirds", "learning")]
    assert teacher.execute(
        "select step_id, attempt_count, best_score from progress.step_progress"
        " where student_id = 'ada' and attempt_count > 5 and not passed"
    ).fetchall() == [("z-quiz", 7, 55.05)]
    assert teacher.execute(
        "select risk_date::varchar, risk_factors, offer from progress.interventions where student_id = 'ada'"
    ).fetchall() == [("2026-03-30", ["behind_pace_40_percent"], "extend_due_dates")]


@pytest.mark.requirement("R003-167")
def test_the_administrator_s_dashboard(reader: Reader) -> None:
    north = body(reader("admin"), "api.organization_progress(?)", "north")
    assert (north["students"], north["active_assignments"], north["active_students_7d"]) == (
        3,
        1,
        2,
    )
    assert list(north["trends"]) == ["week", "month", "quarter"]
    assert {"classes", "content", "streaks"} < set(north)
