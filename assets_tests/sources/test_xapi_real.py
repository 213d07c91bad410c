"""22,000 real statements: each became something or nothing, and what is landed equals a reading by plain SQL."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from assets_tests.realdata import XAPI
from assets_tests.sources.landed import ingested, views
from pipelines.settings import Settings
from pipelines.sources.xapi import land_xapi
from pipelines.sources.xapi_report import XapiReport

# The file's own words, by DuckDB's JSON functions: nothing of the adapter is in it.
STATEMENTS = """
create view statements as
select
    json ->> '$.id' as id,
    split_part(json ->> '$.verb.id', '/', -1) as verb,
    json ->> '$.actor.account.name' as actor,
    json ->> '$.object.id' as video,
    json ->> '$.context.contextActivities.parent[0].id' as course,
    json ->> '$.context.extensions."https://w3id.org/xapi/video/extensions/session-id"' as session,
    json ->> '$.context.extensions."https://w3id.org/xapi/video/extensions/completion-threshold"' as threshold,
    json ->> '$.result.extensions."https://w3id.org/xapi/video/extensions/progress"' as progress,
    json ->> '$.result.extensions."https://w3id.org/xapi/video/extensions/played-segments"' as segments,
    (json ->> '$.timestamp')::timestamptz as moment,
from read_json_objects($path, format = 'newline_delimited')
"""
PLAYED_MS = """
list_sum(list_transform(
    list_filter(string_split(segments, '[,]'), lambda segment: contains(segment, '[.]')),
    lambda segment: 1000 * (
        string_split(segment, '[.]')[2]::decimal(18, 3) - string_split(segment, '[.]')[1]::decimal(18, 3)
    )
))
"""


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("xapi") / "landing"


@pytest.fixture(scope="module")
def report(landing: Path) -> XapiReport:
    return land_xapi(XAPI, landing)


@pytest.fixture(scope="module")
def landed(landing: Path, report: XapiReport) -> Iterator[duckdb.DuckDBPyConnection]:
    """A view per contract over the landing files, and the statements as the file has them."""
    with views(landing, report.rows_out) as connection:
        connection.execute(STATEMENTS.replace("$path", f"'{XAPI}'"))
        yield connection


def test_every_statement_is_mapped_or_reported_with_its_verb(
    report: XapiReport, landed: duckdb.DuckDBPyConnection
) -> None:
    told = {
        (outcome.verb.rpartition("/")[2], outcome.what): outcome.count
        for outcome in (*report.became, *report.became_nothing)
    }
    nothing = "its verb becomes nothing"
    assert told == {
        ("initialized", "started"): 1_348,
        ("played", "started"): 6_603,
        ("completed", "attempted"): 636,
        ("paused", nothing): 6_480,
        ("interacted", nothing): 3_546,
        ("seeked", nothing): 2_995,
        ("terminated", nothing): 338,
        ("downloaded", nothing): 54,
    }
    verbs = dict(landed.execute("select verb, count(*) from statements group by all").fetchall())
    assert {verb: count for (verb, _), count in told.items()} == verbs
    assert report.statements == sum(told.values()) == 22_000
    assert (report.broken, report.more) == ((), None)


def test_actors_sessions_and_videos_are_those_of_the_file(
    report: XapiReport, landed: duckdb.DuckDBPyConnection
) -> None:
    [(actors, sessions, videos, of_events)] = landed.execute(
        """
        select
            count(distinct actor), count(distinct session), count(distinct video),
            count(distinct session) filter (verb in ('initialized', 'played', 'completed')),
        from statements
        """
    ).fetchall()
    assert (actors, sessions, videos, of_events) == (1_452, 3_656, 10, 2_778)
    assert report.found == {
        "actors": (actors, actors),
        "sessions": (of_events, sessions),
        "activities": (videos, videos),
    }
    landed_counts = landed.execute(
        """
        select
            (select count(distinct student_id) from assignment_students),
            (select count(distinct session_id) from step_events),
            (select count(distinct element_id) from steps),
        """
    ).fetchall()
    assert landed_counts == [(actors, of_events, videos)]


def test_every_event_is_its_statement(landed: duckdb.DuckDBPyConnection) -> None:
    expected = landed.execute(
        f"""
        select
            id, 'http://fun-mooc.fr|' || actor, video, course, session, moment,
            if(verb = 'completed', 'attempted', 'started'),
            if(verb = 'completed', 100 * progress::decimal(7, 4), null),
            if(verb = 'completed', {PLAYED_MS}::bigint, null),
        from statements
        where verb in ('initialized', 'played', 'completed')
        order by all
        """
    ).fetchall()
    found = landed.execute(
        """
        select
            step_event_id, student_id, element_id, assignment_id, session_id, occurred_at, event_type,
            score, time_on_task_ms,
        from step_events
        join steps using (step_id)
        order by all
        """
    ).fetchall()
    assert len(expected) == 8_587
    assert found == expected
    assert sum(row[8] or 0 for row in found) == 325_852_422


def test_no_event_is_an_orphan(landed: duckdb.DuckDBPyConnection) -> None:
    lost = landed.execute(
        """
        select step_event_id
        from step_events
        left join steps using (step_id)
        left join assignments using (assignment_id)
        left join assignment_students using (assignment_id, student_id)
        where assignments.assignment_id is null
            or assignment_students.student_id is null
            or occurred_at < assignment_students.effective_at
        """
    ).fetchall()
    assert lost == []


def test_students_have_the_courses_they_were_seen_in(landed: duckdb.DuckDBPyConnection) -> None:
    found = landed.execute(
        "select assignment_id, student_id, assigned_at from assignment_students order by all"
    ).fetchall()
    expected = landed.execute(
        "select course, 'http://fun-mooc.fr|' || actor, min(moment) from statements group by all order by all"
    ).fetchall()
    assert len(expected) == 2_039
    assert found == expected


def test_a_video_s_target_is_the_threshold_that_most_statements_name(
    landed: duckdb.DuckDBPyConnection,
) -> None:
    found = landed.execute(
        "select element_id, target_score, stage, position from steps order by all"
    ).fetchall()
    expected = landed.execute(
        """
        with named as (
            select video, threshold, count(*) as times
            from statements where threshold is not null group by all
        )
        select video, 100 * max_by(threshold, times)::decimal(7, 4), 'learn', 0
        from named group by all order by all
        """
    ).fetchall()
    assert found == expected
    assert len(found) == 10


def test_what_was_decided_is_said(report: XapiReport, landed: duckdb.DuckDBPyConnection) -> None:
    repeated = landed.execute(
        "select count(*) - count(distinct session) from statements where verb = 'completed'"
    ).fetchall()
    [decided] = report.decided
    assert decided.what == "its session told of time before; both times count"
    assert (decided.count,) == repeated[0] == (62,)


@pytest.mark.slow
def test_ingest_takes_every_row(report: XapiReport, landing: Path, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    landing_again = land_xapi(XAPI, settings.landing)
    assert [path.read_bytes() for path in landing_again.files] == [
        path.read_bytes() for path in report.files
    ]
    assert ingested(settings) == {
        contract: (rows, 0, 0) for contract, rows in report.rows_out.items()
    }
