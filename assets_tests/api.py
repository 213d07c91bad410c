"""The `api` macros as a client meets them: a published file, a call, a JSON body, a documented shape.

Belongs here: what tests of every domain's macros share. Not here: what any macro answers.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from pipelines.publish.database import API, SEES_ALL, STORAGE_VERSION, install


def published_file(
    path: Path, warehouse: Path, tables: Iterable[str], macros: Iterable[str], as_of: datetime
) -> Path:
    """A `cairn.duckdb` with these tables of a warehouse and these macros, in the format that is published.

    The macros may call each other, whatever their order; one that cannot be called is an error.
    """
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        connection.execute(f"attach '{path}' as published (storage_version '{STORAGE_VERSION}')")
        connection.execute("use published")
        connection.execute("create table version as select ?::timestamptz as as_of", [as_of])
        for table in tables:
            connection.execute(f"create schema if not exists {table.split('.')[0]}")
            connection.execute(f"create table {table} as from warehouse.{table}")
        install(
            connection, SEES_ALL, {macro: (API / f"{macro}.sql").read_text() for macro in macros}
        )
    return path


def bodies(client: duckdb.DuckDBPyConnection, call: str, *arguments: Any) -> list[str]:
    """The JSON bodies that a call answers, such as `api.user_history(?, days := 30)`: one, or none."""
    rows = client.execute(f"select to_json(r) from {call} r", list(arguments)).fetchall()
    return [body for (body,) in rows]


def body(client: duckdb.DuckDBPyConnection, call: str, *arguments: Any) -> dict[str, Any]:
    """The one JSON body that a call answers, parsed."""
    [text] = bodies(client, call, *arguments)
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def bodies_of_an_older_client(path: Path, calls: Iterable[str]) -> list[str]:
    """The JSON bodies that DuckDB's 1.5 command line, as analysts have it, gets for calls of a published file."""
    command = [Path(sys.executable).with_name("duckdb"), "-readonly", "-list", "-noheader", path]
    queries = " union all ".join(f"select to_json(r) from {call} r" for call in calls)
    done = subprocess.run([*command, queries], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def differences_of_shape(document: Any, answered: Any, place: str = "$") -> list[str]:
    """Where an answer has other keys, another order of keys or another kind of value than the document.

    A list stands for any number of elements of the shape of its first; no data (NULL) may stand for any value.
    """
    if answered is None:
        return []
    if isinstance(document, dict) and isinstance(answered, dict):
        if list(document) != list(answered):
            return [f"{place} has the keys {list(answered)}, documented are {list(document)}"]
        return [
            difference
            for key, value in document.items()
            for difference in differences_of_shape(value, answered[key], f"{place}.{key}")
        ]
    if isinstance(document, list) and isinstance(answered, list):
        return [
            difference
            for number, element in enumerate(answered)
            for difference in differences_of_shape(document[0], element, f"{place}[{number}]")
        ]
    if _kind(document) != _kind(answered):
        return [f"{place} is {_kind(answered)}, documented is {_kind(document)}"]
    return []


def _kind(value: Any) -> str:
    """JSON's name of a value's kind; whole and broken numbers are one."""
    kinds = {bool: "a boolean", int: "a number", float: "a number", str: "a text"}
    return kinds.get(type(value), "a structure")
