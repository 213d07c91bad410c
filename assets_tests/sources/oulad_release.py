"""A release of OULAD that a test writes itself."""

from pathlib import Path


def write(folder: Path, table: str, text: str) -> None:
    """Write a table of the release, as CSV that is indented as a test is."""
    lines = [line.strip() for line in text.strip().splitlines()]
    (folder / f"{table}.csv").write_text("\n".join(lines) + "\n")
