"""OULAD, complete: every row is accounted for, and what is landed equals an independent reading of the files."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from assets_tests.sources.landed import ingested, views
from assets_tests.sources.oulad_oracle import oulad_enrolments
from pipelines.ingest import ingest
from pipelines.ledger import ledger_lock
from pipelines.settings import Settings
from pipelines.sources.oulad import land_oulad
from pipelines.sources.oulad_report import OuladReport

pytestmark = pytest.mark.slow

# Both terms, exams without a day, weights of 200 and of 0, banked submissions.
THREE = ["BBB-2013B", "CCC-2014B", "GGG-2013J"]


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("oulad") / "landing"


@pytest.fixture(scope="module")
def report(oulad: Path, landing: Path) -> OuladReport:
    return land_oulad(oulad, landing)


@pytest.fixture(scope="module")
def landed(landing: Path, report: OuladReport) -> Iterator[duckdb.DuckDBPyConnection]:
    with views(landing, report.rows_out) as connection:
        yield connection


def test_every_row_of_the_release_is_accounted_for(report: OuladReport) -> None:
    assert report.rows_in == {
        "courses": 22,
        "assessments": 206,
        "studentInfo": 32_593,
        "studentRegistration": 32_593,
        "studentAssessment": 173_912,
        "vle": 6_364,
        "studentVle": 10_655_280,
    }
    never_members = 54  # of 10,072 unregistrations
    untouched_tasks = 79_953
    assert report.rows_out["lectures"] == report.rows_out["rules"] == 22
    assert report.rows_out["assessments"] == 206
    assert report.rows_out["users"] == 28_785
    assert report.rows_out["lecture_members"] == 32_593 - never_members + 10_072
    assert report.rows_out["participations"] == 173_912
    assert report.rows_out["task_events"] == 2 * 173_912
    assert report.rows_out["sequences"] == 7
    assert report.rows_out["assignments"] == report.rows_out["lectures"]
    assert report.rows_out["steps"] == report.rows_out["assessments"]
    assert report.rows_out["assignment_students"] == report.rows_out["lecture_members"]
    assert report.rows_out["step_events"] == 173_912
    counts = {(left.table, left.what.split()[0]): left.count for left in report.left_out}
    assert counts == {
        ("studentRegistration", "registrations"): never_members,
        ("studentRegistration", "missing"): 45,
        ("studentInfo", "withdrawals"): 93,
        ("studentInfo", "demographics,"): 32_593,
        ("studentAssessment", "submissions"): 173,
        ("studentAssessment", "due"): 1_909,
        ("studentAssessment", "days"): 1_909,
        ("assessments", "due"): 11,
        ("assessments", "tasks"): untouched_tasks,
        ("assessments", "steps"): 47,
        ("vle", "learning"): 6_364,
        ("studentVle", "clicks"): 10_655_280,
    }


def test_every_enrolment_has_a_task_for_every_assessment_or_none_is_owed(
    report: OuladReport, oulad: Path
) -> None:
    pairs = duckdb.execute(
        """
        select count(*)
        from read_parquet($source || '/studentRegistration.parquet')
        join read_parquet($source || '/assessments.parquet') using (code_module, code_presentation)
        """,
        {"source": str(oulad)},
    ).fetchall()[0][0]
    not_owed = next(left.count for left in report.left_out if left.what.startswith("tasks"))
    assert report.rows_out["task_assignments"] + not_owed == pairs


def test_points_membership_and_punctuality_equal_the_files(
    landed: duckdb.DuckDBPyConnection, oulad: Path
) -> None:
    ours = landed.execute(
        """
        with points as (
            select
                lecture_id, user_id,
                sum(points) filter (kind = 'assignment') as coursework,
                sum(points) filter (kind = 'exam') as exams,
                sum(max_points) filter (kind = 'assignment' and status = 'pending') as unmarked,
                count(*) as submissions,
            from participations join assessments using (assessment_id)
            group by all
        ),
        punctuality as (
            select
                lecture_id, task_assignments.user_id,
                -- a due date is a bare one: the end of its day
                count(*) filter (task_events.occurred_at < task_assignments.due_at::date + 1) as on_time,
                count(*) filter (task_events.occurred_at >= task_assignments.due_at::date + 1) as late,
            from task_events
            join task_assignments using (task_assignment_id)
            join assessments on assessments.assessment_id = task_assignments.task_id
            where event_type = 'completed'
            group by all
        ),
        coursework as (
            select lecture_id, sum(max_points) as max_points from assessments where kind = 'assignment' group by all
        ),
        members as (
            select lecture_id, user_id, not max_by(is_deleted, effective_at) as is_member
            from lecture_members group by all
        )
        select
            lecture_id, user_id, is_member,
            coalesce(coursework, 0)::decimal(18, 4), coalesce(exams, 0)::decimal(18, 4),
            coalesce(coursework.max_points, 0)::decimal(18, 4), coalesce(unmarked, 0)::decimal(18, 4),
            coalesce(submissions, 0), coalesce(on_time, 0), coalesce(late, 0)
        from members
        left join points using (lecture_id, user_id)
        left join punctuality using (lecture_id, user_id)
        left join coursework using (lecture_id)
        order by lecture_id, user_id
        """
    ).fetchall()
    theirs = oulad_enrolments(landed, oulad)
    assert len(theirs) == 32_593
    assert sum(row[2] for row in theirs) == 32_593 - 10_072
    assert sum(row[7] for row in theirs) == 173_912
    assert ours == theirs


def test_nothing_is_submitted_before_it_is_assigned(landed: duckdb.DuckDBPyConnection) -> None:
    early = landed.execute(
        """
        select count(*) from task_events join task_assignments using (task_assignment_id)
        where occurred_at < assigned_at or effective_at <> assigned_at
        """
    ).fetchall()
    assert early == [(0,)]


@pytest.mark.slow
def test_landing_again_writes_the_same_bytes(
    oulad: Path, report: OuladReport, tmp_path: Path
) -> None:
    again = land_oulad(oulad, tmp_path)
    assert [path.read_bytes() for path in again.files] == [
        path.read_bytes() for path in report.files
    ]


@pytest.mark.slow
def test_the_official_csv_files_land_as_the_parquet_form_does(oulad: Path, tmp_path: Path) -> None:
    """The same presentations, once from Parquet and once from CSV as released: all quoted, missing empty or `?`."""
    from_parquet = land_oulad(oulad, tmp_path / "from_parquet", THREE)
    release = tmp_path / "release"
    release.mkdir()
    chosen = "code_module || '-' || code_presentation in " + str(tuple(THREE))
    taken = f"id_assessment in (select id_assessment from read_parquet('{oulad}/assessments.parquet') where {chosen})"
    missing = {"assessments": "", "studentRegistration": "?", "studentAssessment": "?"}
    for table in ("courses", "assessments", "vle", "studentInfo", "studentRegistration"):
        _write_csv(oulad, release, table, chosen, missing.get(table, ""))
    _write_csv(oulad, release, "studentAssessment", taken, missing["studentAssessment"])
    from_csv = land_oulad(release, tmp_path / "from_csv", THREE)
    assert from_csv.rows_out == from_parquet.rows_out
    assert [path.read_bytes() for path in from_csv.files] == [
        path.read_bytes() for path in from_parquet.files
    ]
    assert land_oulad(release, tmp_path / "all").rows_out == from_parquet.rows_out


def _write_csv(oulad: Path, release: Path, table: str, condition: str, missing: str) -> None:
    """A table as the Open University releases it: whole numbers without a point, every field quoted."""
    with duckdb.connect() as connection:
        relation = connection.sql(
            f"select * from read_parquet('{oulad}/{table}.parquet') where {condition}"
        )
        columns = ", ".join(
            f"coalesce(regexp_replace({name}::varchar, '\\.0$', ''), '{missing}') as {name}"
            for name in relation.columns
        )
        connection.execute(
            f"copy (select {columns} from relation) to '{release}/{table}.csv' (header, force_quote *)"
        )


@pytest.mark.slow
def test_ingest_takes_every_row(oulad: Path, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    report = land_oulad(oulad, settings.landing)
    assert ingested(settings) == {
        contract: (rows, 0, 0) for contract, rows in report.rows_out.items()
    }


@pytest.mark.slow
def test_a_person_of_several_landings_is_one_person(oulad: Path, tmp_path: Path) -> None:
    """Presentations that share students are landed one by one: repeated people, no contradictions."""
    settings = Settings(data=tmp_path)
    for presentation in THREE:
        land_oulad(oulad, settings.landing, [presentation])
    with ledger_lock(settings) as lock:
        taken = ingest(settings, lock)
    users = taken.contracts["users"]
    assert taken.reasons == {}
    assert users.duplicates > 0
    people = {row[1] for row in oulad_enrolments(duckdb.connect(), oulad, THREE)}
    assert users.accepted == len(people)
