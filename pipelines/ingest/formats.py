"""The formats that are read, by their names in `landing`."""

from pipelines.ingest.csv_format import find_csv, read_csv
from pipelines.ingest.given import Format
from pipelines.ingest.jsonl_format import find_jsonl, read_jsonl
from pipelines.ingest.parquet_format import find_parquet, read_parquet

FORMATS = {
    "csv": Format(read_csv, find_csv),
    "jsonl": Format(read_jsonl, find_jsonl),
    "parquet": Format(read_parquet, find_parquet),
}
