"""dbt's unit tests as it compiled them, to be asked again with an input taken away.

What belongs here: reading and changing the compiled queries. That they pass is dbt's own word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb

# An input that a unit test gives: `__dbt__cte__<model> as (-- Fixture for <model> select ... union all select ...)`.
GIVEN = re.compile(r"(-- Fixture for \w+\n)(.*?)(\n\))", re.DOTALL)


def compiled(target: Path) -> dict[str, str]:
    """The query of each unit test by its name, from the artifacts of a run of dbt."""
    return {path.stem: path.read_text() for path in (target / "run").rglob("*.yml/**/*.sql")}


def agrees(connection: duckdb.DuckDBPyConnection, query: str) -> bool:
    """Whether what the model makes of the inputs is what the test expects of it, row for row."""
    rows: dict[str, Counter[str]] = {"actual": Counter(), "expected": Counter()}
    for *row, side in connection.execute(query).fetchall():
        rows[side][repr(row)] += 1
    return rows["actual"] == rows["expected"]


def without_each_input(query: str) -> Iterator[str]:
    """The query with one input after the other left without its rows."""
    for given in GIVEN.finditer(query):
        emptied = f"{given[1]}select * from ({given[2]}\n) as given where false{given[3]}"
        yield query[: given.start()] + emptied + query[given.end() :]
