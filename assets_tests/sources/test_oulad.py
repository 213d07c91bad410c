"""The adapter on a release small enough to read: what each odd row becomes, and what is refused."""

from pathlib import Path

import pytest

from assets_tests.sources.landed import rows
from assets_tests.sources.oulad_release import write
from pipelines.cli import FAILED, main
from pipelines.errors import CairnError
from pipelines.sources import landing_files
from pipelines.sources.oulad import land_oulad

TO_A_FOLDER = "copy ({}) to '{}' (format parquet)"

# Module AAA ran from 1 October 2013 and from 1 February 2014.
RELEASE = {
    "courses": """
        "code_module","code_presentation","module_presentation_length"
        "AAA","2013J","268"
        "AAA","2014B","240"
    """,
    "assessments": """
        "code_module","code_presentation","id_assessment","assessment_type","date","weight"
        "AAA","2013J","1","TMA","19","7.5"
        "AAA","2013J","2","CMA","54","0"
        "AAA","2013J","3","Exam","","100"
        "AAA","2014B","4","TMA","10","50"
    """,
    "studentInfo": """
        code_module,code_presentation,id_student,gender,final_result
        AAA,2013J,11,F,Pass
        AAA,2013J,12,M,Withdrawn
        AAA,2013J,13,F,Withdrawn
        AAA,2013J,14,M,Withdrawn
        AAA,2013J,15,F,Fail
        AAA,2014B,11,F,Pass
    """,
    "studentRegistration": """
        code_module,code_presentation,id_student,date_registration,date_unregistration
        AAA,2013J,11,-20,
        AAA,2013J,12,-5,20
        AAA,2013J,13,-3,-3
        AAA,2013J,14,?,-46
        AAA,2013J,15,?,?
        AAA,2014B,11,30,?
    """,
    "studentAssessment": """
        id_assessment,id_student,date_submitted,is_banked,score
        1,11,19,0,37
        2,11,-1,1,80
        3,11,200,0,60
        1,12,20,0,
        4,11,11,0,50
    """,
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "release"
    folder.mkdir()
    for table, text in RELEASE.items():
        write(folder, table, text)
    return folder


def test_memberships_begin_with_registration_and_end_with_unregistration(
    source: Path, tmp_path: Path
) -> None:
    land_oulad(source, tmp_path / "landing", ["AAA-2013J"])
    members = rows(tmp_path / "landing", "lecture_members", "user_id effective_at is_deleted")
    assert members == [
        ("11", "2013-09-11 00:00:00+00", "false"),
        ("12", "2013-09-26 00:00:00+00", "false"),
        ("12", "2013-10-21 00:00:00+00", "true"),
        # left on the day of joining, and before a day of joining that is not known: members on no day
        ("13", "2013-09-28 00:00:00+00", "true"),
        ("14", "2013-08-16 00:00:00+00", "true"),
        # the day of joining is not known: the first day of the presentation
        ("15", "2013-10-01 00:00:00+00", "false"),
    ]


def test_assessments_are_worth_their_weight_until_the_end_of_the_day(
    source: Path, tmp_path: Path
) -> None:
    land_oulad(source, tmp_path / "landing")
    assessments = rows(
        tmp_path / "landing", "assessments", "assessment_id lecture_id title kind max_points due_at"
    )
    assert assessments == [
        (
            "AAA-2013J-1",
            "AAA-2013J",
            "TMA 1",
            "assignment",
            "7.5000",
            "2013-10-20 23:59:59.999999+00",
        ),
        (
            "AAA-2013J-2",
            "AAA-2013J",
            "CMA 2",
            "assignment",
            "0.0000",
            "2013-11-24 23:59:59.999999+00",
        ),
        ("AAA-2013J-3", "AAA-2013J", "Exam 3", "exam", "100.0000", None),
        (
            "AAA-2014B-4",
            "AAA-2014B",
            "TMA 4",
            "assignment",
            "50.0000",
            "2014-02-11 23:59:59.999999+00",
        ),
    ]


def test_every_presentation_is_passed_with_forty_percent(source: Path, tmp_path: Path) -> None:
    land_oulad(source, tmp_path / "landing")
    rules = rows(
        tmp_path / "landing", "rules", "rule_id lecture_id min_percentage active effective_at"
    )
    assert rules == [
        (f"{lecture_id}-pass", lecture_id, "40.0000", "true", "1970-01-01 00:00:00+00")
        for lecture_id in ("AAA-2013J", "AAA-2014B")
    ]


def test_points_are_score_times_weight_and_without_a_score_work_is_pending(
    source: Path, tmp_path: Path
) -> None:
    land_oulad(source, tmp_path / "landing")
    participations = rows(
        tmp_path / "landing",
        "participations",
        "participation_id status points submitted_at occurred_at",
    )
    assert participations == [
        # 37 x 7.5 / 100
        ("AAA-2013J-1-11", "reviewed", "2.7750", *["2013-10-20 00:00:00+00"] * 2),
        ("AAA-2013J-1-12", "pending", None, *["2013-10-21 00:00:00+00"] * 2),
        ("AAA-2013J-2-11", "reviewed", "0.0000", *["2013-09-30 00:00:00+00"] * 2),
        ("AAA-2013J-3-11", "reviewed", "60.0000", *["2014-04-19 00:00:00+00"] * 2),
        ("AAA-2014B-4-11", "reviewed", "25.0000", *["2014-02-12 00:00:00+00"] * 2),
    ]


def test_tasks_are_what_was_owed_or_submitted(source: Path, tmp_path: Path) -> None:
    land_oulad(source, tmp_path / "landing")
    tasks = rows(
        tmp_path / "landing",
        "task_assignments",
        "task_assignment_id task_id user_id assigned_at due_at",
    )
    october = "2013-10-01 00:00:00+00"
    assert tasks == [
        ("AAA-2013J-1-11", "AAA-2013J-1", "11", october, "2013-10-20"),
        # left on day 20, the day of the submission: the task was due the day before
        ("AAA-2013J-1-12", "AAA-2013J-1", "12", october, "2013-10-20"),
        ("AAA-2013J-1-15", "AAA-2013J-1", "15", october, "2013-10-20"),
        # banked: submitted before the module began, and no word on punctuality
        ("AAA-2013J-2-11", "AAA-2013J-2", "11", "2013-09-30 00:00:00+00", None),
        ("AAA-2013J-2-15", "AAA-2013J-2", "15", october, "2013-11-24"),
        # an exam without a day, for those who stayed
        ("AAA-2013J-3-11", "AAA-2013J-3", "11", october, None),
        ("AAA-2013J-3-15", "AAA-2013J-3", "15", october, None),
        # joined on day 30, after the deadline and the submission on day 11
        ("AAA-2014B-4-11", "AAA-2014B-4", "11", "2014-02-12 00:00:00+00", "2014-02-11"),
    ]
    events = rows(
        tmp_path / "landing",
        "task_events",
        "task_event_id task_assignment_id event_type occurred_at",
    )
    assert len(events) == 10
    assert events[:2] == [
        ("AAA-2013J-1-11-completed", "AAA-2013J-1-11", "completed", "2013-10-20 00:00:00+00"),
        ("AAA-2013J-1-11-submitted", "AAA-2013J-1-11", "submitted", "2013-10-20 00:00:00+00"),
    ]


def test_somebody_in_two_presentations_is_one_person(source: Path, tmp_path: Path) -> None:
    land_oulad(source, tmp_path / "landing")
    users = rows(tmp_path / "landing", "users", "user_id username role")
    assert users[0] == ("11", "student 11", "student")
    assert [user[0] for user in users] == ["11", "12", "13", "14", "15"]


def test_a_selection_has_files_of_its_own_and_says_what_it_leaves(
    source: Path, tmp_path: Path
) -> None:
    report = land_oulad(source, tmp_path / "landing", ["AAA-2014B"])
    assert report.rows_out["participations"] == 1
    assert {path.name for path in report.files} == {"oulad-AAA-2014B.parquet"}
    others = {
        left.table: left.count
        for left in report.left_out
        if left.what == "rows of other presentations"
    }
    assert others == {
        "courses": 1,
        "assessments": 3,
        "studentInfo": 5,
        "studentRegistration": 5,
        "studentAssessment": 4,
    }


def test_rows_that_belong_to_no_presentation_are_left_out_and_counted(
    source: Path, tmp_path: Path
) -> None:
    write(source, "studentAssessment", RELEASE["studentAssessment"] + "\n        99,11,5,0,70")
    report = land_oulad(source, tmp_path / "landing")
    assert report.rows_out["participations"] == 5
    unknown = [left for left in report.left_out if "not in courses" in left.what]
    assert [(left.table, left.count) for left in unknown] == [("studentAssessment", 1)]


def test_the_report_reads_like_a_list(source: Path, tmp_path: Path) -> None:
    write(source, "studentVle", "id_student,id_site,date,sum_click\n11,7,-10,4\n11,7,-10,4")
    text = str(land_oulad(source, tmp_path / "landing"))
    assert text.splitlines()[0] == "read:"
    assert "  studentAssessment              5" in text.splitlines()
    assert "  task_events                   10" in text.splitlines()
    assert (
        "  studentVle                     2  clicks per day and site: no contract takes clicks"
        in text
    )


def test_no_waiting_file_is_left_behind(source: Path, tmp_path: Path) -> None:
    report = land_oulad(source, tmp_path / "landing")
    written = sorted(path for path in (tmp_path / "landing").rglob("*") if path.is_file())
    assert written == sorted(report.files)


def test_a_place_that_cannot_be_written_is_the_machine_s_affair(
    source: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "folder").mkdir()
    refused = TO_A_FOLDER.format("{}", tmp_path / "folder")
    monkeypatch.setattr(landing_files, "copy_to_parquet", lambda query, _: refused.format(query))
    assert main(["land", "oulad", str(source), "--data", str(tmp_path)]) == FAILED
    assert "The machine refused: " in capsys.readouterr().err
    assert [path for path in (tmp_path / "landing").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("table", "text", "message"),
    [
        ("assessments", None, "table assessments is missing"),
        (
            "studentAssessment",
            "id_assessment,id_student,is_banked,score\n1,11,0,37",
            "no column date_submitted",
        ),
        ("studentAssessment", "", "no column id_assessment"),
        (
            "studentAssessment",
            "id_assessment,id_student,date_submitted,is_banked,score\n1,11,19,0,thirty",
            "'thirty' in column score",
        ),
        (
            "studentAssessment",
            "id_assessment,id_student,date_submitted,is_banked,score\n1,11,19.5,0,37",
            "'19.5' in column date_submitted",
        ),
        (
            "studentAssessment",
            "id_assessment,id_student,date_submitted,is_banked,score\n1,11,19,0,37\n1,11,20,0,38",
            "id_assessment=1, id_student=11 more than once",
        ),
        (
            "studentAssessment",
            "id_assessment,id_student,date_submitted,is_banked,score\n1,11,?,0,37",
            "1 rows without date_submitted",
        ),
        (
            "studentAssessment",
            "id_assessment,id_student,date_submitted,is_banked,score\n1,11,19,0",
            "studentAssessment in .* cannot be read",
        ),
        (
            "courses",
            "code_module,code_presentation,module_presentation_length\nAAA,2013X,268",
            "AAA-2013X is no year with B",
        ),
        (
            "courses",
            "code_module,code_presentation,module_presentation_length",
            "no presentation to land",
        ),
    ],
)
def test_a_damaged_release_is_refused_and_nothing_is_landed(
    source: Path, tmp_path: Path, table: str, text: str | None, message: str
) -> None:
    if text is None:
        (source / f"{table}.csv").unlink()
    else:
        write(source, table, text)
    with pytest.raises(CairnError, match=rf"{message}.*\.$"):
        land_oulad(source, tmp_path / "landing")
    assert not (tmp_path / "landing").exists()


def test_a_header_that_cannot_be_read_is_refused(source: Path, tmp_path: Path) -> None:
    (source / "vle.csv").write_bytes(b"code_module,Pr\xfcfung\n")
    with pytest.raises(CairnError, match=r"table vle in .* cannot be read .*\.$"):
        land_oulad(source, tmp_path / "landing")
    assert not (tmp_path / "landing").exists()


def test_broken_parquet_is_refused(source: Path, tmp_path: Path) -> None:
    (source / "courses.csv").unlink()
    (source / "courses.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(CairnError, match="no readable Parquet"):
        land_oulad(source, tmp_path / "landing")


def test_an_unknown_presentation_is_refused_with_the_known_ones(
    source: Path, tmp_path: Path
) -> None:
    with pytest.raises(CairnError, match=r"no presentation AAA-2015J.*AAA-2013J, AAA-2014B"):
        land_oulad(source, tmp_path / "landing", ["AAA-2015J"])
