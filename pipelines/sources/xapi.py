"""xAPI statements as landing files of the domain `progress`.

`land_xapi` reads a file of statements and writes one Parquet file into each of four landing folders. What a
statement says by itself is decided in `pipelines.sources.xapi_statement`, with the vocabulary of
`pipelines.sources.xapi_mapping`. Decided here is what they say together:

- **Events.** A statement's id is the event's id, so that statements that come again in another file are duplicates.
  The same id twice in a file is one event, the first one. A voided statement is none; what an earlier file landed of
  it stays, because events are never taken back.
- **Steps** follow no order in xAPI: all have the position 0, so that none locks another. Their stage and target are
  what most of the file's statements say (ties: the smaller). They have no history and no `effective_at`, so that a
  later file that says otherwise holds from the run that takes it.
- **Assignments** hold since 1970-01-01 and have no end: nothing in xAPI says when a course began or is due.
- **Students** are no `users`, whose names and organizations only the school knows. They have an assignment from the
  file's first statement about them in it, whatever its verb, on; a later file says so again from its own first one.

The same file and mapping give the same bytes, under a name made of the file's content.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.errors import CairnError
from pipelines.files import sha256_of
from pipelines.sources.landing_files import ALWAYS, BEGINNING, write_query
from pipelines.sources.xapi_file import Broken, Statement, StatementFile
from pipelines.sources.xapi_mapping import Mapping, read_mapping
from pipelines.sources.xapi_report import Outcome, XapiReport
from pipelines.sources.xapi_statement import NO_EVENT, Reading, read_statement

CHUNK = 50_000
READINGS = pa.schema(
    {
        "place": pa.int64(),
        "verb": pa.string(),
        "statement_id": pa.string(),
        "voids": pa.string(),
        "student_id": pa.string(),
        "assignment_id": pa.string(),
        "step_id": pa.string(),
        "element_id": pa.string(),
        "stage": pa.string(),
        "target_score": pa.decimal128(7, 4),
        "session_id": pa.string(),
        "occurred_at": pa.timestamp("us", tz="UTC"),
        "event_type": pa.string(),
        "score": pa.decimal128(7, 4),
        "time_on_task_ms": pa.int64(),
        "fault": pa.string(),
        "notes": pa.list_(pa.string()),
    }
)

JUDGEMENT = f"""
create table judged as
with compared as (
    select
        *,
        (
            verb, student_id, step_id, session_id, occurred_at, event_type, score, time_on_task_ms, voids, fault
        ) as content,
        row_number() over same_id as occurrence,
        first_value(content) over same_id as first_content,
    from reading
    window same_id as (partition by statement_id order by place)
)

select
    * exclude (content, first_content, fault),
    case
        when statement_id is null then fault
        when occurrence > 1 and content is not distinct from first_content
            then 'it stands in the file before'
        when occurrence > 1 then 'its id stands in the file before, with other content'
        when voids is null and statement_id in (select voids from reading where voids is not null)
            then 'it is voided'
        else fault
    end as fault,
from compared;

-- What says that a student has a step, whatever its verb.
create view standing as
from judged where fault is null or fault = '{NO_EVENT}';

create view event as
from judged where fault is null;
"""

LANDING = {
    "assignments": f"""
        select distinct assignment_id, {BEGINNING} as created_at, {ALWAYS},
        from standing
        order by assignment_id
    """,
    "steps": """
        with stages as (
            select step_id, stage,
            from standing
            where stage is not null
            group by step_id, stage
            qualify row_number() over (partition by step_id order by count(*) desc, stage) = 1
        ),

        targets as (
            select step_id, target_score,
            from standing
            where target_score is not null
            group by step_id, target_score
            qualify row_number() over (partition by step_id order by count(*) desc, target_score) = 1
        )

        select distinct
            standing.step_id, standing.assignment_id, 0 as position, stages.stage, targets.target_score,
            standing.element_id,
        from standing
        left join stages using (step_id)
        left join targets using (step_id)
        order by step_id
    """,
    "assignment_students": """
        select
            assignment_id, student_id, min(occurred_at) as assigned_at, min(occurred_at) as effective_at,
        from standing
        group by all
        order by assignment_id, student_id
    """,
    "step_events": """
        select
            statement_id as step_event_id, step_id, student_id, event_type, score, time_on_task_ms,
            session_id, occurred_at,
        from event
        order by step_event_id
    """,
}

BECAME = "select verb, event_type from event"
BECAME_NOTHING = "select verb, fault from judged where fault is not null"
DECIDED = """
    select verb, unnest(notes) from event
    union all
    select verb, 'the statement it voids is not in this file; if it has landed, it stays'
    from judged as voiding
    where voids is not null and not exists (from reading where reading.statement_id = voiding.voids)
    union all
    select verb, 'its session told of time before; both times count'
    from event where time_on_task_ms > 0
    qualify session_id is not null
        and row_number() over (partition by session_id order by occurred_at, statement_id) > 1
"""
FOUND = {
    "actors": ("student_id", "standing"),
    "activities": ("step_id", "standing"),
    "sessions": ("session_id", "event"),
}


def land_xapi(source: Path, landing: Path, mapping: Path | None = None) -> XapiReport:
    """Land the statements of the file `source`, its vocabulary read by the shipped mapping and the table `mapping`.

    Writes `<landing>/<contract>/xapi-<start of the file's SHA-256>.parquet` once the whole file has been read; a
    file appears whole or not at all. Raises `CairnError` for a file or mapping that cannot be read, and for a file
    without any statement.
    """
    table = read_mapping(mapping)
    statements = StatementFile(source)
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        broken: list[Broken] = []
        count = _collect(connection, _readings(statements, table, broken))
        if not count:
            raise CairnError(
                f"The file {source} holds no xAPI statement"
                f" ({len(broken)} lines or elements are none); nothing was landed;"
                " point to JSON lines of statements, or to a list of them."
            )
        connection.execute(JUDGEMENT)
        name = f"xapi-{sha256_of(source)[:16]}.parquet"
        files = {contract: landing / contract / name for contract in LANDING}
        rows = {c: write_query(connection, LANDING[c], path) for c, path in files.items()}
        return XapiReport(
            statements=count,
            broken=tuple(broken),
            became=_outcomes(connection, BECAME),
            became_nothing=_outcomes(connection, BECAME_NOTHING),
            decided=_outcomes(connection, DECIDED),
            found=_found(connection),
            rows_out=rows,
            files=tuple(files.values()),
            more=statements.more,
        )


def _readings(
    items: Iterable[Statement | Broken], mapping: Mapping, broken: list[Broken]
) -> Iterator[Reading]:
    """Read every statement; what is none goes to `broken`."""
    for item in items:
        if isinstance(item, Broken):
            broken.append(item)
        else:
            yield read_statement(item.place, item.content, mapping)


def _collect(connection: duckdb.DuckDBPyConnection, readings: Iterator[Reading]) -> int:
    """Create the table `reading`, and return its number of rows."""
    connection.register("chunk", READINGS.empty_table())
    connection.execute("create table reading as from chunk")
    count = 0
    while rows := [vars(reading) for reading in islice(readings, CHUNK)]:
        connection.register("chunk", pa.Table.from_pylist(rows, schema=READINGS))
        connection.execute("insert into reading from chunk")
        count += len(rows)
    connection.unregister("chunk")
    return count


def _outcomes(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Outcome, ...]:
    """Count the rows (verb, what) of a query, the most frequent first."""
    counted = connection.execute(
        f"select verb, what, count(*) as times from ({query}) as found (verb, what)"
        " group by all order by times desc, verb, what"
    )
    return tuple(Outcome(*row) for row in counted.fetchall())


def _found(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, int]]:
    return {
        what: connection.execute(
            f"select (select count(distinct {column}) from {landed}), count(distinct {column}) from reading"
        ).fetchall()[0]
        for what, (column, landed) in FOUND.items()
    }
