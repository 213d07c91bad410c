"""OULAD as progress, on a release small enough to read: modules, presentations, assessments, submissions."""

from pathlib import Path

import pytest

from assets_tests.sources.landed import rows
from assets_tests.sources.oulad_release import write
from pipelines.sources.oulad import land_oulad

# AAA has coursework with and without weight and an exam that nobody sat; in GGG only the exam has a weight, and
# somebody sat it. AAA ran from 1 October 2013 and from 1 February 2014, GGG from 1 October 2013.
RELEASE = {
    "courses": """
        code_module,code_presentation,module_presentation_length
        AAA,2014B,240
        AAA,2013J,268
        GGG,2013J,261
    """,
    "assessments": """
        code_module,code_presentation,id_assessment,assessment_type,date,weight
        AAA,2013J,1,Exam,,100
        AAA,2013J,2,TMA,54,60
        AAA,2013J,3,CMA,19,0
        AAA,2013J,4,TMA,54,40
        AAA,2014B,5,TMA,10,100
        GGG,2013J,6,TMA,61,0
        GGG,2013J,7,CMA,30,0
        GGG,2013J,8,Exam,,100
    """,
    "studentInfo": """
        code_module,code_presentation,id_student,final_result
        AAA,2013J,11,Pass
        AAA,2013J,12,Withdrawn
        AAA,2013J,13,Withdrawn
        GGG,2013J,11,Pass
    """,
    "studentRegistration": """
        code_module,code_presentation,id_student,date_registration,date_unregistration
        AAA,2013J,11,-20,
        AAA,2013J,12,5,20
        AAA,2013J,13,-3,-3
        GGG,2013J,11,,
    """,
    "studentAssessment": """
        id_assessment,id_student,date_submitted,is_banked,score
        2,11,50,0,40
        3,11,-1,1,80
        2,12,18,0,
        3,12,-1,1,39
        8,11,200,0,100
    """,
}
ALWAYS = "1970-01-01 00:00:00+00"


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    """The landing files of the release."""
    source = tmp_path / "release"
    source.mkdir()
    for table, text in RELEASE.items():
        write(source, table, text)
    land_oulad(source, tmp_path / "landing")
    return tmp_path / "landing"


def test_modules_are_sequences_of_their_presentations(landing: Path) -> None:
    assert rows(landing, "sequences", "sequence_id title effective_at") == [
        ("AAA", "module AAA", ALWAYS),
        ("GGG", "module GGG", ALWAYS),
    ]
    assignments = rows(
        landing, "assignments", "assignment_id sequence_id position created_at due_at"
    )
    # The last day is the module's length after the first: 1 October + 268 days = 26 June.
    assert assignments == [
        ("AAA-2013J", "AAA", "0", "2013-10-01 00:00:00+00", "2014-06-26 23:59:59.999999+00"),
        ("AAA-2014B", "AAA", "1", "2014-02-01 00:00:00+00", "2014-09-29 23:59:59.999999+00"),
        ("GGG-2013J", "GGG", "0", "2013-10-01 00:00:00+00", "2014-06-19 23:59:59.999999+00"),
    ]


def test_assessments_are_quizzes_in_the_order_of_their_deadlines(landing: Path) -> None:
    steps = rows(landing, "steps", "assignment_id position step_id stage target_score due_at")
    quiz = ("quiz", "40.0000")
    assert steps == [
        ("AAA-2013J", "0", "AAA-2013J-3", *quiz, "2013-10-20 23:59:59.999999+00"),
        ("AAA-2013J", "1", "AAA-2013J-2", *quiz, "2013-11-24 23:59:59.999999+00"),
        ("AAA-2013J", "2", "AAA-2013J-4", *quiz, "2013-11-24 23:59:59.999999+00"),
        ("AAA-2013J", "3", "AAA-2013J-1", *quiz, None),
        ("AAA-2014B", "0", "AAA-2014B-5", *quiz, "2014-02-11 23:59:59.999999+00"),
        ("GGG-2013J", "0", "GGG-2013J-7", *quiz, "2013-10-31 23:59:59.999999+00"),
        ("GGG-2013J", "1", "GGG-2013J-6", *quiz, "2013-12-01 23:59:59.999999+00"),
        ("GGG-2013J", "2", "GGG-2013J-8", *quiz, None),
    ]


def test_what_counts_towards_the_result_and_can_be_seen_is_required(landing: Path) -> None:
    assert rows(landing, "steps", "step_id is_required") == [
        ("AAA-2013J-1", "false"),  # an exam of which no submission is known
        ("AAA-2013J-2", "true"),
        ("AAA-2013J-3", "false"),  # no weight, beside coursework that has one
        ("AAA-2013J-4", "true"),
        ("AAA-2014B-5", "true"),
        ("GGG-2013J-6", "true"),  # no coursework has a weight: it is what there is to do
        ("GGG-2013J-7", "true"),
        ("GGG-2013J-8", "true"),  # somebody sat the exam
    ]


def test_an_assignment_is_a_student_s_from_registration_to_unregistration(landing: Path) -> None:
    students = rows(
        landing,
        "assignment_students",
        "assignment_id student_id effective_at is_deleted assigned_at",
    )
    october = "2013-10-01 00:00:00+00"
    assert students == [
        ("AAA-2013J", "11", "2013-09-11 00:00:00+00", "false", october),
        ("AAA-2013J", "12", "2013-10-06 00:00:00+00", "false", "2013-10-06 00:00:00+00"),
        ("AAA-2013J", "12", "2013-10-21 00:00:00+00", "true", None),
        # left on the day of joining
        ("AAA-2013J", "13", "2013-09-28 00:00:00+00", "true", None),
        # the day of joining is not known
        ("GGG-2013J", "11", october, "false", october),
    ]


def test_submissions_are_attempts_and_without_a_score_starts(landing: Path) -> None:
    events = rows(
        landing, "step_events", "step_event_id step_id student_id event_type score occurred_at"
    )
    assert events == [
        (
            "AAA-2013J-2-11",
            "AAA-2013J-2",
            "11",
            "attempted",
            "40.0000",
            "2013-11-20 00:00:00+00",
        ),
        ("AAA-2013J-2-12", "AAA-2013J-2", "12", "started", None, "2013-10-19 00:00:00+00"),
        # banked, and moved from the day before to the first day
        (
            "AAA-2013J-3-11",
            "AAA-2013J-3",
            "11",
            "attempted",
            "80.0000",
            "2013-10-01 00:00:00+00",
        ),
        # banked, and registered only on day 5
        (
            "AAA-2013J-3-12",
            "AAA-2013J-3",
            "12",
            "attempted",
            "39.0000",
            "2013-10-06 00:00:00+00",
        ),
        (
            "GGG-2013J-8-11",
            "GGG-2013J-8",
            "11",
            "attempted",
            "100.0000",
            "2014-04-19 00:00:00+00",
        ),
    ]


def test_a_selection_says_the_same_of_what_it_holds(landing: Path, tmp_path: Path) -> None:
    chosen = tmp_path / "chosen"
    land_oulad(tmp_path / "release", chosen, ["AAA-2014B"])
    every = "assignment_id sequence_id position title created_at due_at effective_at"
    assert rows(chosen, "assignments", every) == rows(landing, "assignments", every)[1:2]
    assert rows(chosen, "sequences", "sequence_id") == [("AAA",)]


def test_the_report_names_what_was_decided(landing: Path, tmp_path: Path) -> None:
    report = land_oulad(tmp_path / "release", tmp_path / "again")
    counts = {(left.table, left.what): left.count for left in report.left_out}
    assert counts["assessments", "steps that are optional"] == 2
    moved = "days of banked submissions before the student's work begins"
    assert counts["studentAssessment", moved] == 2
    assert counts["studentAssessment", "submissions without a score"] == 1
