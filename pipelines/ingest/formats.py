"""The formats that are read, by their names in `landing`, with what reading them takes."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial

import duckdb

from pipelines.ingest.csv_format import find_csv, read_csv
from pipelines.ingest.given import Format
from pipelines.ingest.jsonl_format import find_jsonl, read_jsonl
from pipelines.ingest.parquet_format import Writer, find_parquet, read_parquet
from pipelines.settings import Settings


@contextmanager
def open_formats(
    settings: Settings, connection: duckdb.DuckDBPyConnection
) -> Iterator[dict[str, Format]]:
    """How files of each format are read, one at a time, while a batch works on `connection`."""
    with connection.cursor() as cursor, closing(Writer(settings)) as writer:
        yield {
            "csv": Format(read_csv, find_csv),
            "jsonl": Format(partial(read_jsonl, cursor), find_jsonl),
            "parquet": Format(partial(read_parquet, writer), partial(find_parquet, writer)),
        }
