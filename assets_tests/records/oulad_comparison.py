"""Performance records of OULAD, held against sums over OULAD's own files.

What belongs here: the comparison, for whoever has made a version from OULAD by whatever way. It asks that the run's
`as_of` lies after the last presentation, because the sums over the files know of no moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import duckdb

from assets_tests.records.oracle import percentage
from assets_tests.sources.oulad_oracle import oulad_enrolments

Record = tuple[str, str, Decimal, Decimal, float | None, Decimal]


def expected_records(source: Path, presentations: Sequence[str] | None = None) -> set[Record]:
    """What the files say: (lecture_id, user_id, total, maximum, percentage, pending maximum) per enrolment in force."""
    with duckdb.connect() as connection:
        return {
            (lecture_id, user_id, total, maximum, percentage(total, maximum), pending)
            for lecture_id, user_id, is_member, total, _, maximum, pending, *_ in oulad_enrolments(
                connection, source, presentations
            )
            if is_member
        }


def found_records(connection: duckdb.DuckDBPyConnection, table: str) -> set[Record]:
    """What a version says; `table` is `records.performance_records`, or a scan of its Parquet files."""
    rows: list[Record] = connection.sql(
        f"""
        select
            lecture_id, user_id, points_total_materialized, points_max_materialized,
            percentage_materialized, points_max_pending
        from {table}
        """
    ).fetchall()
    assert len(rows) == len(set(rows)), "a record stands twice"
    return set(rows)


def differences(
    connection: duckdb.DuckDBPyConnection,
    source: Path,
    presentations: Sequence[str] | None = None,
    table: str = "records.performance_records",
) -> list[tuple[str, Record]]:
    """The records that only one side has, each with the side: `found` or `expected`; empty when all agree."""
    found = found_records(connection, table)
    expected = expected_records(source, presentations)
    return [("found", record) for record in sorted(found - expected, key=str)] + [
        ("expected", record) for record in sorted(expected - found, key=str)
    ]
