"""The emitter's contract, call by call; and the key that the table itself keeps unique."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from assets_tests.dbt.harness import answers, compile_inline

pytestmark = pytest.mark.slow

# user_id, source_id, project_id, day of March: what happened.
EVENTS = """
    select * from (values
        ('ann', 's1', 'p', timestamptz '2026-03-02 00:00:00+00'),
        ('ann', 's1', 'p', timestamptz '2026-03-01 00:00:00+00'),
        ('0', '0', 'p', timestamptz '2026-03-03 00:00:00+00'),
        (null, 's2', 'p', timestamptz '2026-03-01 00:00:00+00'),
        ('ben', null, 'p', timestamptz '2026-03-01 00:00:00+00'),
        ('cem', 's3', null, timestamptz '2026-03-01 00:00:00+00'),
        ('dee', 's4', 'p', null),
        ('eve', 's5', 'bare', timestamptz '2026-03-01 00:00:00+00')
    ) as t (user_id, source_id, project_id, occurred_at)
"""
SKILLS = """
    select * from (values
        ('p', 'sql', timestamptz '2026-01-01 00:00:00+00', timestamptz '2026-03-02 00:00:00+00'),
        ('p', 'sql', timestamptz '2026-03-02 00:00:00+00', null),
        ('p', 'r', timestamptz '2026-03-02 00:00:00+00', null)
    ) as t (project_id, skill_id, valid_from, valid_to)
"""
CALLS = {
    "joined": "'project', 'joined', 'events', 'skills'",
    "completed": "'project', 'completed', 'events', 'skills'",
    "update": "'update', 'update', 'updates', 'skills'",
    "no source type": "none, 'joined', 'events', 'skills'",
    "empty source type": "'', 'joined', 'events', 'skills'",
    "no signal type": "'project', none, 'events', 'skills'",
    "no events": "'project', 'joined', none, 'skills'",
    "no skills": "'project', 'joined', 'events', none",
    "no skill of any project": "'project', 'joined', 'events', 'no_skills'",
    "mentorship": "'mentorship', 'completed', 'events', 'skills'",
    "mentorship that says joined": "'mentorship', 'joined', 'events', 'skills'",
    "mentorship without skills": "'mentorship', 'completed', 'events', none",
}

Signal = tuple[str, str, str, str, str, datetime]


@pytest.fixture(scope="module")
def emitted(example_warehouse: Path) -> Iterator[dict[str, list[Signal]]]:
    """What each call emits, sorted."""
    calls = " union all by name ".join(
        f"select '{case}' as call, * from ({{{{ emit_skill_signals({arguments}) }}}})"
        for case, arguments in CALLS.items()
    )
    sql = (
        f"with events as ({EVENTS}), skills as ({SKILLS}), no_skills as (from skills where false),"
        # An update is its own source and happens once.
        " updates as (from events where occurred_at is distinct from timestamptz '2026-03-02 00:00:00+00')"
        f" select * from ({calls}) order by all"
    )
    rows = answers(example_warehouse, sql)
    yield {case: [row[1:] for row in rows if row[0] == case] for case in CALLS}


def march(day: int) -> datetime:
    return datetime(2026, 3, day, tzinfo=UTC)


@pytest.mark.requirement(
    *("R002-55", "R002-56", "R002-57", "R002-66", "R002-67", "R002-68", "R002-69", "R002-70"),
    *("R002-71", "G002-03", "G002-05", "G002-07", "G002-16"),
)
def test_an_event_emits_each_declared_skill_once_and_the_earliest_stands(
    emitted: dict[str, list[Signal]],
) -> None:
    for signal_type in ("joined", "completed"):
        assert emitted[signal_type] == [
            ("0", "r", "project", "0", signal_type, march(3)),
            ("0", "sql", "project", "0", signal_type, march(3)),
            ("ann", "r", "project", "s1", signal_type, march(2)),
            ("ann", "sql", "project", "s1", signal_type, march(1)),
        ]
    assert emitted["update"] == [
        ("0", "r", "update", "0", "update", march(3)),
        ("0", "sql", "update", "0", "update", march(3)),
        ("ann", "sql", "update", "s1", "update", march(1)),
    ]


@pytest.mark.requirement(
    *("R002-35", "R002-47", "R002-48", "R002-59", "R002-61", "R002-62", "R002-63", "R002-64"),
    *("R002-65", "G002-18"),
)
@pytest.mark.parametrize("call", [call for call in CALLS if " " in call or call == "mentorship"])
def test_what_is_missing_and_all_mentorship_is_a_no_op(
    call: str, emitted: dict[str, list[Signal]]
) -> None:
    assert emitted[call] == []


@pytest.mark.requirement("R002-17", "R002-19", "G002-06")
@pytest.mark.parametrize(
    "arguments", ["'endorsement', 'joined', 'e', 's'", "'project', 'liked', 'e', 's'"]
)
def test_an_unknown_type_does_not_compile(
    arguments: str, example_warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sql = f"{{{{ emit_skill_signals({arguments}) }}}}"
    result = compile_inline(example_warehouse, sql)
    assert not result.success
    assert "_type is " in capsys.readouterr().out


COPY = (
    "insert into skills.user_skill_signals by name select * replace ({}) from skills.user_skill_signals"
    " where user_id = 'ann' and skill_id = 'sql' and signal_type = 'completed' limit 1"
)


def rehashed(column: str, value: str) -> str:
    """What a copy has that differs in one part of the key: that, and an id to match."""
    key = ["user_id", "skill_id", "source_type", "source_id", "signal_type"]
    parts = ", ".join(f"'{value}'" if part == column else part for part in key)
    return f"'{value}' as {column}, sha256(concat_ws(chr(31), {parts})) as signal_id"


@pytest.mark.requirement("R002-22", "R002-23", "R002-69", "R002-76")
@pytest.mark.parametrize(
    "change",
    [
        "user_id as user_id",
        "7 as weight, created_at + interval 1 day as created_at",
    ],
)
def test_the_table_refuses_a_second_signal_of_the_same_key(
    change: str, example: duckdb.DuckDBPyConnection
) -> None:
    with pytest.raises(duckdb.ConstraintException):
        example.execute(COPY.format(change))


@pytest.mark.requirement("R002-22", "G002-04")
@pytest.mark.parametrize(
    "column", ["user_id", "skill_id", "source_type", "source_id", "signal_type"]
)
def test_the_table_takes_what_differs_in_one_part_of_the_key(
    column: str, example: duckdb.DuckDBPyConnection
) -> None:
    example.execute(COPY.format(rehashed(column, "another")))


@pytest.mark.requirement("R002-22", "G002-04")
def test_the_table_takes_keys_that_a_weak_hash_takes_for_one(
    example: duckdb.DuckDBPyConnection,
) -> None:
    """Ids that were found by trying: whoever names updates must not be able to stop a run."""
    update_ids = ("pjg6brclvarp", "ucxhghoc9m85")
    hashes = example.execute("select hash(?) = hash(?)", update_ids).fetchall()
    assert hashes == [(True,)]
    for update_id in update_ids:
        example.execute(COPY.format(rehashed("source_id", update_id)))


@pytest.mark.requirement("R002-36", "R002-40", "R002-72", "R002-75", "R002-88", "G002-18")
def test_technical_sessions_about_projects_emit_nothing(
    example: duckdb.DuckDBPyConnection,
) -> None:
    landed = "select count(*) from raw.mentorship_sessions where session_focus like '%python%'"
    assert example.execute(landed).fetchall() == [(2,)]
    assert example.execute(
        "select count(*) filter (where source_type = 'mentorship'), count(*) filter (where user_id = 'dee')"
        " from skills.user_skill_signals"
    ).fetchall() == [(0, 0)]


@pytest.mark.requirement(
    "R002-03", "R002-30", "R002-31", "R002-32", "R002-73", "R002-74", "R002-84"
)
def test_ideas_and_texts_emit_nothing(example: duckdb.DuckDBPyConnection) -> None:
    """`leadership`, `rust` and Kubernetes are in nobody's signals, and what `bare` only had in mind is not either."""
    assert example.execute(
        "select distinct user_id, skill_id from skills.user_skill_signals order by all"
    ).fetchall() == [
        *[("ann", skill) for skill in ("python", "sql", "vision")],
        *[("ben", skill) for skill in ("python", "sql", "vision")],
        ("cem", "writing"),
    ]
