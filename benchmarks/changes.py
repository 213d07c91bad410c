"""What a night changes: of each model's rows how many, and of whom; what it would spare to derive only these again.

Belongs here: two warehouses, of the night before and of this one, compared model by model. Not here: the nights.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.dbt import run_target
from pipelines.settings import Settings

SHOWN = 25
PERSONS = ("student_id", "user_id")


@dataclass(frozen=True)
class Change:
    """A model that is a table: what a night took for it, and which shares of it are not as they were."""

    model: str
    seconds: float
    rows: int
    changed: float
    touched: float | None
    """Share of persons who have a row that is new, changed or gone; `None` where the rows are of no person."""

    @property
    def spared(self) -> float:
        """Seconds, if to find out what is touched costs nothing; none where rows name no person by these columns."""
        return 0.0 if self.touched is None else self.seconds * (1 - self.touched)


def changes(before: Path, settings: Settings) -> list[Change]:
    """Every table that the last run built, the slowest first, against a copy of the warehouse from before it."""
    ran = json.loads((run_target(settings) / "run_results.json").read_bytes())["results"]
    seconds = {
        tuple(result["relation_name"].replace('"', "").split(".")[1:]): result["execution_time"]
        for result in ran
        if result["unique_id"].startswith("model.")
    }
    with duckdb.connect(config={"threads": settings.threads}) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach '{before}' as before (read_only)")
        connection.execute(f"attach '{settings.warehouse}' as after (read_only)")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'after'"
        ).fetchall()
        found = [
            _change(connection, schema, table, seconds[schema, table])
            for schema, table in tables
            if (schema, table) in seconds
        ]
    return sorted(found, key=lambda change: -change.seconds)


def _change(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, seconds: float
) -> Change:
    columns = connection.execute(
        "select column_name from duckdb_columns()"
        " where database_name = 'after' and schema_name = ? and table_name = ?",
        [schema, table],
    ).fetchall()
    person = next((name for name in PERSONS if (name,) in columns), None)
    # Equal rows of a table count as often as they are there.
    connection.execute(
        f"""
        create or replace temp table differences as
        with rows_of as (
            select hash(t) as row_hash, {person or "null"} as person, 1 as is_after from after.{schema}.{table} as t
            union all
            select hash(t), {person or "null"}, -1 from before.{schema}.{table} as t
        )
        select any_value(person) as person, greatest(sum(is_after), 0) as is_new, sum(is_after) <> 0 as is_other,
        from rows_of group by row_hash
        """
    )
    [(rows, new, persons, touched)] = connection.execute(
        f"""
        select
            (select count(*) from after.{schema}.{table}), coalesce(sum(is_new), 0), count(distinct person),
            count(distinct person) filter (is_other),
        from differences
        """
    ).fetchall()
    return Change(
        f"{schema}.{table}" if schema != "intermediate" else table,
        seconds,
        rows,
        new / rows if rows else 0.0,
        touched / persons if persons else None,
    )


def what_changed(found: list[Change]) -> list[str]:
    """The slowest of them in a table, and what deriving touched persons alone could spare of all."""
    total = sum(change.seconds for change in found)
    spared = sum(change.spared for change in found)
    return [
        f"Of {total:.1f} s in {len(found)} tables, deriving only touched persons again would spare {spared:.1f} s if"
        f" it cost nothing to find them. The {SHOWN} tables that take longest:",
        "",
        "| table | seconds | rows | new or other rows | persons touched | seconds to spare |",
        "|---|---:|---:|---:|---:|---:|",
        *(
            f"| {change.model} | {change.seconds:.2f} | {change.rows:,} | {change.changed:.2%}"
            f" | {'' if change.touched is None else f'{change.touched:.1%}'} | {change.spared:.2f} |"
            for change in found[:SHOWN]
        ),
    ]
