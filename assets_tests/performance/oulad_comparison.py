"""Punctuality in OULAD, held against sums over OULAD's own files.

What belongs here: the two comparisons, for whoever has made a version from OULAD by whatever way. They ask that the
run's `as_of` lies after the last presentation, because the sums over the files know of no moment.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import duckdb

from assets_tests.sources.oulad_oracle import oulad_enrolments

Counts = tuple[int, int, int]


def counts_in_files(source: Path, *, by_module: bool) -> dict[str, Counts]:
    """(submissions, on time, late) per module, or per student over all modules, of whoever has a submission."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    with duckdb.connect() as connection:
        for lecture_id, user_id, *_, submissions, on_time, late in oulad_enrolments(
            connection, source
        ):
            if submissions:
                summed = counts[lecture_id.split("-")[0] if by_module else user_id]
                for place, count in enumerate((submissions, on_time, late)):
                    summed[place] += count
    return {key: (sums[0], sums[1], sums[2]) for key, sums in counts.items()}


def counts_in_history(connection: duckdb.DuckDBPyConnection) -> dict[str, Counts]:
    """The same per module, as the pass over the completed tasks in a warehouse sees them."""
    rows = connection.execute(
        """
        select
            split_part(task_assignment_id, '-', 1),
            count(*),
            count(*) filter (where is_on_time),
            count(*) filter (where not is_on_time)
        from intermediate.int_performance_history
        group by all
        """
    ).fetchall()
    return {module: (tasks, on_time, late) for module, tasks, on_time, late in rows}


def students_who_differ(
    connection: duckdb.DuckDBPyConnection, source: Path, table: str
) -> list[str]:
    """The students of whom user_performance, or a scan of its Parquet, tells another number of tasks or ratio."""
    expected = {
        user_id: (submissions, on_time / (on_time + late) if on_time + late else None)
        for user_id, (submissions, on_time, late) in counts_in_files(
            source, by_module=False
        ).items()
    }
    rows = connection.execute(
        f"select user_id, tasks_completed, on_time_ratio from {table} where tasks_completed > 0"
    ).fetchall()
    found = {user_id: (tasks, ratio) for user_id, tasks, ratio in rows}
    return sorted(
        user_id
        for user_id in expected | found
        if expected.get(user_id, ()) != found.get(user_id, ())
    )
