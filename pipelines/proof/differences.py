"""Where two versions of the same name differ: tables, columns and rows, in Parquet and in each role's database.

A row is named by its grain, or whole where the role does not see all of that. `ops.run_metrics`, and whatever else
has no fingerprint by declaration, differs between any two runs and is not compared.
"""

from __future__ import annotations

import filecmp
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from pipelines.errors import first_line
from pipelines.publish import read_manifest
from pipelines.publish.database import DATABASE
from pipelines.sql_text import literal

MOST_ROWS = 1000
"""Rows of one table that are named; beyond them their number is."""

Row = Mapping[str, Any]


def differences(published: Path, derived: Path) -> Iterator[str]:
    """A sentence for each difference between a published version's folder and the derived one's."""
    said, true = read_manifest(published), read_manifest(derived)
    for key in ("version", "n", "head", "as_of", "code_version"):
        if said.get(key) != true[key]:
            yield f"manifest.json says {key} {said.get(key)!r} instead of {true[key]!r}"
    yield from _tables(said["tables"], true["tables"])
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        for name, table in true["tables"].items():
            if table["fingerprint"] is None:
                continue
            for role, file in table["files"].items():
                places = [folder / file["path"] for folder in (published, derived)]
                if _same_bytes(*places):
                    continue
                relations = [f"read_parquet({literal(place)})" for place in places]
                yield from _rows(connection, f"{name} for {role}", table["grain"], *relations)
        for role in true["roles"]:
            yield from _databases(connection, published, derived, role, true["tables"])


def _tables(said: Mapping[str, Any], true: Mapping[str, Any]) -> Iterator[str]:
    """What the manifests say of the tables as wholes."""
    for name in sorted(said.keys() | true.keys()):
        if name not in true:
            yield f"{name} is published and is no table of this code"
        elif name not in said:
            yield f"{name} is missing from manifest.json"
        else:
            for key in ("fingerprint", "columns", "grain", "visibility"):
                if said[name].get(key) != true[name][key]:
                    yield f"manifest.json says another {key} of {name} than follows from the ledger"


def _databases(
    connection: duckdb.DuckDBPyConnection,
    published: Path,
    derived: Path,
    role: str,
    tables: Mapping[str, Any],
) -> Iterator[str]:
    """What differs between the two databases of a role."""
    file = f"{role}/{DATABASE}"
    try:
        for name, folder in (("published", published), ("derived", derived)):
            connection.execute(f"attach {literal(folder / file)} as {name} (read_only)")
        said, true = (_contents(connection, name) for name in ("published", "derived"))
        for kind, name in sorted(said.keys() ^ true.keys()):
            fault = "was added" if (kind, name) in said else "is missing"
            yield f"{file}: the {kind} {name} {fault}"
        for kind, name in sorted(said.keys() & true.keys()):
            if said[kind, name] != true[kind, name]:
                yield f"{file}: the {kind} {name} is defined otherwise"
            elif kind == "table" and (name not in tables or tables[name]["fingerprint"]):
                grain = tables[name]["grain"] if name in tables else ()
                relations = [f"{database}.{name}" for database in ("published", "derived")]
                yield from _rows(connection, f"{file}: {name}", grain, *relations)
    except duckdb.Error as error:
        yield f"{file} cannot be read: {first_line(error)}"
    finally:
        for name in ("published", "derived"):
            connection.execute(f"detach database if exists {name}")


def _contents(
    connection: duckdb.DuckDBPyConnection, database: str
) -> dict[tuple[str, str], Sequence[Any]]:
    """The tables with their columns and descriptions, and the macros with theirs."""
    columns = connection.execute(
        "select schema_name || '.' || table_name, list([column_name, data_type, comment] order by column_index)"
        " from duckdb_columns() where database_name = ? and not internal group by all",
        [database],
    ).fetchall()
    macros = connection.execute(
        "select function_name, list([macro_definition, comment] order by macro_definition) from duckdb_functions()"
        " where database_name = ? and schema_name = 'api' group by all",
        [database],
    ).fetchall()
    return {("table", name): said for name, said in columns} | {
        ("macro", name): said for name, said in macros
    }


def _rows(
    connection: duckdb.DuckDBPyConnection, place: str, grain: Sequence[str], said: str, true: str
) -> Iterator[str]:
    """The rows that only one of two relations has, paired by their grain."""
    try:
        only_said, only_true = (
            _by_grain(
                connection.sql(
                    f"(from {a} except all from {b}) order by all limit {MOST_ROWS + 1}"
                ),
                grain,
            )
            for a, b in ((said, true), (true, said))
        )
    except duckdb.Error as error:
        yield f"{place} cannot be compared: {first_line(error)}"
        return
    for key in dict.fromkeys([*only_said, *only_true][:MOST_ROWS]):
        yield f"{place}: {_difference(key, only_said.get(key), only_true.get(key))}"
    if len(only_said) > MOST_ROWS or len(only_true) > MOST_ROWS:
        yield f"{place}: and more rows than these {MOST_ROWS}"


def _by_grain(relation: duckdb.DuckDBPyRelation, grain: Sequence[str]) -> dict[str, Row]:
    """A relation's rows by the text of their grain, or of all of the row where that is hidden."""
    columns = relation.columns
    names = grain if grain and set(grain) <= set(columns) else columns
    found = (dict(zip(columns, row, strict=True)) for row in relation.fetchall())
    return {", ".join(f"{name}={row[name]}" for name in names): row for row in found}


def _difference(key: str, said: Row | None, true: Row | None) -> str:
    if said is None:
        return f"the row {key} is missing"
    if true is None:
        return f"the row {key} does not follow from the ledger"
    changed = (
        f"{name} is {said[name]!r} instead of {true[name]!r}"
        for name in true
        if said[name] != true[name]
    )
    return f"in the row {key} {', '.join(changed)}"


def _same_bytes(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and filecmp.cmp(one, other, shallow=False)
