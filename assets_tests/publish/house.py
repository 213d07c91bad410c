"""A warehouse of three small marts and the manifest that dbt would write of them, for tests of publication.

- `skills.distribution`: every kind of column; a student gets it without `weight`, `ai` only its large rows.
- `skills.momentum`: for teachers and administrators, always empty.
- `ops.timings`: for administrators, differs from run to run by declaration.
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from pydantic import SecretStr

from pipelines.run import Run
from pipelines.settings import Settings
from pipelines.warehouse.loading import BOOKS

AS_OF = datetime(2026, 4, 1, tzinfo=UTC)

DISTRIBUTION = """
    select
        'u' || lpad((range % 1000)::varchar, 4, '0') as user_id,
        's' || (range // 1000) as skill_id,
        ['a', 'b''c', null][:range % 4] as tags,
        {'mean': range / 7, 'last': timestamptz '2026-01-01 00:00:00+00' + to_seconds(range)} as detail,
        (range * 0.25)::decimal(18, 4) as weight,
        range / 3 as share,
        range as signals,
        range % 2 = 0 as is_recent,
        date '2026-01-01' + (range % 90)::int as day,
        timestamptz '2026-01-01 00:00:00+00' + to_microseconds(range * 1000003) as last_signal_at,
    from range(200)
"""

# Of loading, what publication keeps its memory in.
MEMORY = f"create schema ops; {next(ddl for ddl in BOOKS if 'ops.published_files' in ddl)}"

KEY = "the key of the house, long enough to be one"

MACROS = {
    "distribution": "-- Whose they are,\n-- and when.\n"
    "create or replace macro api.distribution(user_id, days := 30) as table"
    " select skills.user_id, (select as_of from main.version) as as_of"
    " from skills.distribution as skills where skills.user_id = user_id",
    "weights": "create or replace macro api.weights() as table select weight from skills.distribution",
    "momentum": "create or replace macro api.momentum() as table from skills.momentum",
}


def column(name: str, **meta: Any) -> dict[str, Any]:
    return {"name": name, "description": f"The {name}'s unit.", "config": {"meta": meta}}


def mart(
    table: str, grain: list[str], columns: list[dict[str, Any]], **meta: Any
) -> dict[str, Any]:
    """A node of dbt's manifest, with what publication reads of it."""
    domain, name = table.split(".")
    return {
        "resource_type": "model",
        "path": f"marts/{domain}/{name}.sql",
        "schema": domain,
        "name": name,
        "alias": name,
        "description": f"What {name} is, one row per {', '.join(grain)}.",
        "config": {"meta": meta},
        "columns": {declared["name"]: declared for declared in columns},
        "constraints": [{"type": "primary_key", "columns": grain}],
    }


def manifest_of(*marts: dict[str, Any]) -> dict[str, Any]:
    return {"nodes": {f"model.cairn.{node['name']}": node for node in marts}}


def manifest() -> dict[str, Any]:
    names = ("user_id", "skill_id", "tags", "detail", "share", "signals", "is_recent", "day")
    return manifest_of(
        mart(
            "skills.distribution",
            ["user_id", "skill_id"],
            [
                *(column(name, keyed_hash_for=["ai"]) for name in names[:2]),
                column("tags"),
                column("detail", hidden_from=["ai"]),
                column("weight", hidden_from=["student"]),
                *map(column, (*names[4:], "last_signal_at")),
            ],
            visibility=["student", "employer", "admin", "ai"],
            visible_rows={"ai": "signals >= 150"},
            owner="user_id",
        ),
        mart(
            "skills.momentum",
            ["user_id"],
            [column("user_id"), column("signals")],
            visibility=["teacher", "admin"],
        ),
        mart(
            "ops.timings",
            ["run_id"],
            [column("run_id"), column("value")],
            visibility=["admin"],
            fingerprint=False,
        ),
    )


def build(connection: duckdb.DuckDBPyConnection, order: str = "all") -> None:
    """Build the marts; `order` is the order in which rows come to lie in the tables."""
    connection.execute("set TimeZone = 'UTC'")
    for statement in (
        "create schema skills",
        MEMORY,
        f"create table skills.distribution as select * from ({DISTRIBUTION}) order by {order}",
        "create table skills.momentum (user_id varchar, signals bigint)",
        "create table ops.timings as select 'run' as run_id, 1.5::double as value",
    ):
        connection.execute(statement)


def write_macros(folder: Path, macros: dict[str, str] = MACROS) -> Path:
    folder.mkdir()
    for name, sql in macros.items():
        (folder / f"{name}.sql").write_text(sql)
    return folder


def hashed(text: str, key: str = KEY) -> str:
    """The keyed hash of an id, by the standard library."""
    return hmac.new(key.encode(), text.encode(), "sha256").hexdigest()


def run(n: int = 1, head: str = "a" * 64, as_of: datetime = AS_OF) -> Run:
    return Run(run_id=f"run-{n}", n=n, as_of=as_of, head=head, code_version="c" * 64)


def settings(folder: Path, keep_versions: int = 7, threads: int = 2) -> Settings:
    return Settings(
        data=folder,
        keep_versions=keep_versions,
        threads=threads,
        memory_limit="500MiB",
        pseudonym_key=SecretStr(KEY),
    )
