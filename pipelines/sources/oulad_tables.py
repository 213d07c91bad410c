"""OULAD as it is released: its tables and columns, in either form, as typed DuckDB views.

Both the official CSV files (fields may be quoted; missing is an empty field or `?`) and the Parquet
form (numbers are DOUBLE, missing is NULL) end in the same views. What the tables mean for Cairn is not
said here but in `pipelines.sources.oulad`.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.errors import CairnError, first_line
from pipelines.sql_text import literal


@dataclass(frozen=True)
class Table:
    """One table of the release: the columns that are read, by type, and the key that is unique in it.

    An optional table is only counted, because nothing of it is landed.
    """

    name: str
    texts: tuple[str, ...] = ()
    integers: tuple[str, ...] = ()
    hundredths: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    may_be_empty: tuple[str, ...] = ()
    optional: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that are read."""
        return (*self.texts, *self.integers, *self.hundredths)


PRESENTATION = ("code_module", "code_presentation")

TABLES = (
    Table(
        "courses",
        texts=PRESENTATION,
        integers=("module_presentation_length",),
        key=PRESENTATION,
    ),
    Table(
        "assessments",
        texts=(*PRESENTATION, "assessment_type"),
        integers=("id_assessment", "date"),
        hundredths=("weight",),
        key=("id_assessment",),
        may_be_empty=("date",),
    ),
    Table(
        "studentInfo",
        texts=(*PRESENTATION, "final_result"),
        integers=("id_student",),
        key=(*PRESENTATION, "id_student"),
    ),
    Table(
        "studentRegistration",
        texts=PRESENTATION,
        integers=("id_student", "date_registration", "date_unregistration"),
        key=(*PRESENTATION, "id_student"),
        may_be_empty=("date_registration", "date_unregistration"),
    ),
    Table(
        "studentAssessment",
        integers=("id_assessment", "id_student", "date_submitted", "is_banked", "score"),
        key=("id_assessment", "id_student"),
        may_be_empty=("score",),
    ),
    Table("vle", optional=True),
    Table("studentVle", optional=True),
)


def open_tables(connection: duckdb.DuckDBPyConnection, source: Path) -> dict[str, int]:
    """Create a typed view `oulad.<table>` for every table that is read; return the rows of each table.

    An optional table that is not there has no entry. Raises `CairnError` for a missing table or column, a
    file that cannot be read, a number that is none, and a key that stands twice.
    """
    connection.execute("create schema oulad")
    counts = {}
    for table in TABLES:
        try:
            relation = _relation(source, table)
            if relation is None:
                continue
            if table.key:
                connection.execute(f"create table oulad.{table.name}_text as {relation}")
                counts[table.name] = _count(connection, f"oulad.{table.name}_text")
                _create_typed(connection, source, table)
            else:
                counts[table.name] = _count(connection, f"({relation})")
        except (duckdb.Error, OSError, UnicodeDecodeError, csv.Error) as error:
            raise CairnError(
                f"OULAD's table {table.name} in {source} cannot be read ({first_line(error)}); nothing was landed; "
                "fetch the file again."
            ) from error
    return counts


def _relation(source: Path, table: Table) -> str | None:
    """The query that reads the table as it lies, or None for an optional one that is not there."""
    csv_file = source / f"{table.name}.csv"
    parquet = source / f"{table.name}.parquet"
    folder = source / f"{table.name}_ds"
    if csv_file.is_file():
        header = _csv_header(csv_file)
        _require_columns(csv_file, table.columns, header)
        fields = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in header)
        return (
            f"select {_projection(table.columns)} from read_csv({literal(str(csv_file))}, header = true, "
            f"auto_detect = false, delim = ',', quote = '\"', escape = '\"', columns = {{{fields}}})"
        )
    if parquet.is_file() or folder.is_dir():
        path = parquet if parquet.is_file() else folder / "**" / "*.parquet"
        scan = f"read_parquet({literal(str(path))})"
        _require_columns(path, table.columns, _parquet_columns(scan, path))
        return f"select {_projection(table.columns)} from {scan}"
    if table.optional:
        return None
    raise CairnError(
        f"OULAD's table {table.name} is missing: neither {table.name}.csv nor {table.name}.parquet is in "
        f"{source}; nothing was landed; point to the folder that holds the seven files."
    )


def _csv_header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [name.strip() for name in next(csv.reader(file), [])]


def _parquet_columns(scan: str, path: Path) -> list[str]:
    try:
        with duckdb.connect() as connection:
            described = connection.execute(f"describe select * from {scan}").fetchall()
            return [row[0] for row in described]
    except duckdb.Error as error:
        raise CairnError(
            f"{path} is no readable Parquet ({first_line(error)}); nothing was landed; fetch the file again."
        ) from error


def _require_columns(path: Path, wanted: tuple[str, ...], found: list[str]) -> None:
    missing = [name for name in wanted if name not in found]
    if missing:
        raise CairnError(
            f"{path} has no column {', '.join(missing)} (it has {', '.join(found) or 'none'}); nothing was "
            "landed; use the release with its original headers."
        )


def _projection(columns: tuple[str, ...]) -> str:
    """Every column as trimmed text with one way of being missing; a bare count reads no column at all."""
    if not columns:
        return "1 as row_read"
    return ", ".join(
        f"nullif(nullif(trim({name}::varchar), ''), '?') as {name}" for name in columns
    )


def _create_typed(connection: duckdb.DuckDBPyConnection, source: Path, table: Table) -> None:
    typed = dict(_typed_columns(table))
    projection = ", ".join(
        [*table.texts, *(f"{expression} as {name}" for name, expression in typed.items())]
    )
    connection.execute(
        f"create view oulad.{table.name} as select {projection} from oulad.{table.name}_text"
    )
    _require_numbers(connection, source, table, typed)
    _require_values(connection, source, table)
    _require_unique_key(connection, source, table)


def _typed_columns(table: Table) -> Iterator[tuple[str, str]]:
    """Name and SQL of each numeric column; what is no such number becomes NULL and is then reported.

    The detour over DECIMAL reads `78` and `78.0` alike, and shows what a direct cast would round away.
    """
    for name in table.integers:
        exact = f"try_cast({name} as decimal(18, 6))"
        yield name, f"case when {exact} = floor({exact}) then {exact}::bigint end"
    for name in table.hundredths:
        exact = f"try_cast({name} as decimal(18, 6))"
        yield name, f"case when {exact} = round({exact}, 2) then {exact}::decimal(7, 2) end"


def _require_numbers(
    connection: duckdb.DuckDBPyConnection, source: Path, table: Table, typed: Mapping[str, str]
) -> None:
    for name, expression in typed.items():
        bad = connection.execute(
            f"select min({name}) from oulad.{table.name}_text "
            f"where {name} is not null and ({expression}) is null"
        ).fetchall()[0][0]
        if bad is not None:
            raise CairnError(
                f"OULAD's table {table.name} in {source} holds {bad!r} in column {name}, which is no number of "
                "its kind; nothing was landed; compare the file with the release."
            )


def _require_values(connection: duckdb.DuckDBPyConnection, source: Path, table: Table) -> None:
    for name in table.columns:
        if name in table.may_be_empty:
            continue
        empty = _count(connection, f"oulad.{table.name} where {name} is null")
        if empty:
            raise CairnError(
                f"OULAD's table {table.name} in {source} has {empty} rows without {name}; nothing was landed; "
                "compare the file with the release."
            )


def _require_unique_key(connection: duckdb.DuckDBPyConnection, source: Path, table: Table) -> None:
    key = ", ".join(table.key)
    repeated = connection.execute(
        f"select {key} from oulad.{table.name} group by {key} having count(*) > 1 order by all limit 1"
    ).fetchall()
    if repeated:
        values = ", ".join(
            f"{name}={value}" for name, value in zip(table.key, repeated[0], strict=True)
        )
        raise CairnError(
            f"OULAD's table {table.name} in {source} holds {values} more than once; nothing was landed; "
            "compare the file with the release."
        )


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    return int(connection.execute(f"select count(*) from {relation}").fetchall()[0][0])
