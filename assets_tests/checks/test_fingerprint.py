"""A fingerprint depends on every value, its type and its column, and on nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from pipelines.checks.fingerprint import fingerprint

ROWS = """
    select
        'i' || range as id,
        [nullif('t' || range % 3, 't0'), 'x'] as tags,
        [{'at': timestamptz '2026-01-01 00:00:00+00' + to_seconds(range), 'score': range / 3}] as recent,
        (range * 0.25)::decimal(18, 4) as points,
        range / 7 as share,
        range as signals,
        nullif(range % 3, 0) = 1 as is_open,
        date '2026-01-01' + range::int as day,
        timestamptz '2026-01-01 00:00:00+00' + to_microseconds(range) as seen_at,
    from range(20000)
"""

# Another value of row 7 per column; the smallest change that the type can tell.
CHANGES = {
    "id": "id || ' '",
    "tags": "tags[2:] || tags[:1]",
    "recent": "[{'at': recent[1].at, 'score': recent[1].score + 1e-15}]",
    "points": "points + 0.0001",
    "share": "share + 2.220446049250313e-16",
    "signals": "-signals",
    "is_open": "null",
    "day": "day + 1",
    "seen_at": "seen_at + interval 1 microsecond",
}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"create table rows as {ROWS}")
        yield connection


@pytest.mark.requirement("R000-43")
@pytest.mark.parametrize("threads", [1, 2, 8])
@pytest.mark.parametrize("order", ["signals desc", "md5(id)"])
def test_it_is_the_same_for_any_order_threads_and_time_zone(
    connection: duckdb.DuckDBPyConnection, threads: int, order: str
) -> None:
    expected = fingerprint(connection, "rows")
    with duckdb.connect(config={"threads": threads}) as other:
        other.execute("set TimeZone = 'Asia/Tokyo'")
        other.execute(f"create table shuffled as from ({ROWS}) order by {order}")
        assert fingerprint(other, "shuffled") == expected
    assert expected.rows == 20000


@pytest.mark.slow
@pytest.mark.parametrize("column", CHANGES)
def test_it_changes_with_every_column(connection: duckdb.DuckDBPyConnection, column: str) -> None:
    changed = f"case when signals = 7 then {CHANGES[column]} else {column} end as {column}"
    relation = f"(select * replace ({changed}) from rows)"
    assert fingerprint(connection, relation).sha256 != fingerprint(connection, "rows").sha256


def test_every_column_is_changed_above(connection: duckdb.DuckDBPyConnection) -> None:
    assert [name for name, _ in fingerprint(connection, "rows").columns] == list(CHANGES)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("select 'a' as x, 'b' as y", "select 'ab' as x, '' as y"),
        ("select 'a' as x, '1:b' as y", "select 'a1:b' as x, null as y"),
        ("select null::varchar as x, 'a' as y", "select 'a' as x, null::varchar as y"),
        ("select null::varchar as x", "select '' as x"),
        ("select null::varchar as x", "select '-' as x"),
        ("select 'null' as x", "select null::varchar as x"),
        ("select ['a', 'b'] as x", "select ['a, b'] as x"),
        ("select []::varchar[] as x", "select null::varchar[] as x"),
        ("select []::varchar[] as x", "select [null]::varchar[] as x"),
        ("select [''] as x", "select [null]::varchar[] as x"),
        ("select {'a': null::int} as x", "select null::struct(a int) as x"),
        ("select 1::int as x", "select 1::bigint as x"),
        ("select 1 as x", "select 1 as y"),
        ("select 1 as x, 2 as y", "select 2 as y, 1 as x"),
        ("select 1 as x", "select 1 as x union all select 1"),
        ("select 1 as x where false", "select 1 as x"),
        ("select 0.1::double + 0.2::double as x", "select 0.3::double as x"),
        ("select unnest([1, 4]) as x", "select unnest([2, 3]) as x"),
    ],
)
def test_different_tables_have_different_fingerprints(
    connection: duckdb.DuckDBPyConnection, one: str, other: str
) -> None:
    assert (
        fingerprint(connection, f"({one})").sha256 != fingerprint(connection, f"({other})").sha256
    )


def test_it_says_rows_and_columns(connection: duckdb.DuckDBPyConnection) -> None:
    found = fingerprint(connection, '(select 1::bigint as "or der", 2.5::decimal(4, 1) as d)')
    assert (found.rows, found.columns) == (1, (("or der", "BIGINT"), ("d", "DECIMAL(4,1)")))
