"""Everything that can be read in a folder, as text: the bytes, and what compressed formats hold inside.

Belongs here: looking. Not here: what ought not to be found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from pipelines.settings import Settings


def texts_in(folder: Path) -> Iterator[tuple[str, str]]:
    """Each file's name with its bytes as text, and with the values in it when it is Parquet or a database."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            yield name, path.read_bytes().decode("latin-1")
            if path.suffix == ".parquet":
                yield name, str(pq.ParquetFile(path).read().to_pylist())
            if path.suffix == ".duckdb":
                yield name, _rows_of(path)


def files_with(folder: Path, words: Iterable[str], *, beside: tuple[str, ...] = ()) -> list[str]:
    """The files in a folder, and not in the folders `beside`, that hold one of the words in whatever case."""
    wanted = [word.casefold() for word in words]
    found = {
        name
        for name, text in texts_in(folder)
        if name.split("/")[0] not in beside and any(word in text.casefold() for word in wanted)
    }
    return sorted(found)


def kept_files_with(settings: Settings, words: Iterable[str]) -> list[str]:
    """The files of a data root that hold one of the words; landing is the sources' own."""
    return files_with(settings.data, words, beside=("landing",))


def _rows_of(path: Path) -> str:
    with duckdb.connect(path, read_only=True) as reader:
        tables = reader.execute(
            "select schema_name, table_name from duckdb_tables() where not internal"
        ).fetchall()
        return str(
            [reader.sql(f'from "{schema}"."{table}"').fetchall() for schema, table in tables]
        )
