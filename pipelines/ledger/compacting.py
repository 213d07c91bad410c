"""Many small segments become one file, so that reading history costs what its rows cost and not what its nights cost.

As soon as a contract has so many neighbouring files that were merged equally often, the next batch merges them into
one, which counts as merged once more. So a row is written again once per level, and a thousand nights have few levels.
A large file is left as it is: it costs nothing beside its rows. What is sealed in the rows stays sealed.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import duckdb

from pipelines.errors import CairnError
from pipelines.ledger.chain import Compaction
from pipelines.ledger.segments import Segment
from pipelines.ledger.writing import BatchWriter
from pipelines.sql_text import copy_to_parquet, literal

LARGE_BYTES = 64 * 2**20


def compact(connection: duckdb.DuckDBPyConnection, writer: BatchWriter) -> dict[str, Compaction]:
    """Merge what has become many, a run of segments per contract; the batch's line is to put the files in their place.

    The caller has verified the segments, and the connection keeps the order of rows. Raises `CairnError` when a merged
    file has not the rows of its parts.
    """
    least = writer.settings.merge_segments
    due = {name: _due(segments, least) for name, segments in writer.segments.items()}
    return {name: _merged(connection, writer, name, run) for name, run in due.items() if run}


def _due(segments: Sequence[Segment], least: int) -> list[Segment]:
    """The oldest neighbours of one level that are at least so many; none when there are none."""
    for (_, is_large), neighbours in groupby(segments, key=_kind):
        run = [*neighbours]
        if len(run) >= least and not is_large:
            return run
    return []


def _kind(segment: Segment) -> tuple[int, bool]:
    return segment.level, segment.stored.bytes >= LARGE_BYTES


def _merged(
    connection: duckdb.DuckDBPyConnection, writer: BatchWriter, contract: str, run: list[Segment]
) -> Compaction:
    first, last = run[0].first, run[-1].last
    parts = ", ".join(literal(writer.settings.data / segment.stored.path) for segment in run)
    temporary = writer.temporary_path(writer.settings.ledger, contract)
    [(rows,)] = connection.execute(
        copy_to_parquet(f"from read_parquet([{parts}], union_by_name = true)", temporary)
    ).fetchall()
    expected = sum(segment.stored.rows for segment in run)
    if rows != expected:
        raise CairnError(
            f"Merging the segments of batches {first} to {last} of {contract} gave {rows} rows instead of {expected};"
            " nothing was committed, and the segments and landing are as they were; see what `cairn verify` says,"
            " and run again."
        )
    return Compaction(
        first=first, last=last, file=writer.keep(temporary, rows, f"{first:06d}-{last:06d}")
    )
