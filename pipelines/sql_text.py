"""Text of a statement that cannot be a parameter of it, and what a file of SQL says of itself."""

from itertools import takewhile
from pathlib import Path

# zstd's first level takes a quarter less time than DuckDB's own choice, the third; the large files are no larger.
PARQUET = "format parquet, compression zstd, compression_level 1"


def literal(value: object) -> str:
    """A value's text as SQL writes it: a path, a name, a description."""
    return "'" + str(value).replace("'", "''") + "'"


def copy_to_parquet(query: str, path: Path) -> str:
    """The statement that writes a query's rows, in its order, as a Parquet file; it answers how many."""
    return f"copy ({query}) to {literal(path)} ({PARQUET})"


def trimmed(text: str) -> str:
    """A text without the white space around it (Unicode's; SQL's own `trim` knows the space alone), as ids are read."""
    return rf"regexp_replace({text}, '^[\s\v\x{{85}}\p{{Z}}]+|[\s\v\x{{85}}\p{{Z}}]+$', '', 'g')"


def opening_comment(sql: str) -> str:
    """The comment at the top of a file of SQL, as one line; empty without one."""
    comment = takewhile(lambda line: line.startswith("--"), sql.splitlines())
    return " ".join(line.removeprefix("--").strip() for line in comment)
