"""Fingerprints: a table's content as one hash, whatever the order of its rows or the number of threads.

Each row becomes a canonical text (every value framed by its length, so that no two rows share one), the
text its SHA-256, and the hashes' four 64-bit lanes are summed as exact integers. The sums, the row count
and the columns' names and types are hashed once more. DuckDB streams this: memory does not grow with rows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import duckdb
    from duckdb.sqltypes import DuckDBPyType

LANES = ", ".join(
    f"coalesce(sum(('0x' || substr(row_hash, {start}, 16))::ubigint), 0)"
    for start in (1, 17, 33, 49)
)


@dataclass(frozen=True)
class Fingerprint:
    """A table's content: `columns` are (name, type) in order, `sha256` covers them and every value."""

    rows: int
    columns: tuple[tuple[str, str], ...]
    sha256: str


def fingerprint(connection: duckdb.DuckDBPyConnection, relation: str) -> Fingerprint:
    """The fingerprint of a table, or of any relation SQL can name, such as `read_parquet('...')`."""
    described = connection.sql(f"select * from {relation} limit 0")
    names, types = described.columns, described.types
    row_text = _framed(
        _text(_quoted(name), type_) for name, type_ in zip(names, types, strict=True)
    )
    [(rows, *sums)] = connection.execute(
        f"with hashes as (select sha256({row_text}) as row_hash from {relation})"
        f" select count(*), {LANES} from hashes"
    ).fetchall()
    columns = tuple(zip(names, map(str, types), strict=True))
    content = json.dumps([columns, rows, *map(str, sums)])
    return Fingerprint(rows, columns, hashlib.sha256(content.encode()).hexdigest())


def _framed(texts: Iterable[str]) -> str:
    """The texts as one that says where each ends; NULL, which `concat` passes over, is told from every value."""
    framed = (f"coalesce(strlen({text}) || ':', '-'), {text}" for text in texts)
    return f"concat({', '.join(framed)})"


def _text(value: str, type_: DuckDBPyType, depth: int = 0) -> str:
    """SQL for the one text of a value, exact for floats and the same in every time zone; NULL for NULL."""
    match type_.id:
        case "timestamp with time zone":
            return f"epoch_us({value})::varchar"
        case "list":
            [(_, member)] = _children(type_)
            name = f"member_{depth}"
            text = _framed([_text(name, member, depth + 1)])
            return f"array_to_string(list_transform({value}, lambda {name}: {text}), '')"
        case "struct":
            fields = _framed(
                _text(f"{value}.{_quoted(name)}", field, depth) for name, field in _children(type_)
            )
            return f"case when {value} is not null then {fields} end"
        case _:
            return f"{value}::varchar"


def _children(type_: DuckDBPyType) -> list[tuple[str, DuckDBPyType]]:
    return cast("list[tuple[str, DuckDBPyType]]", type_.children)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
