"""`RESULTS.md`: what was measured, where and when, a section per benchmark and size.

A benchmark that is run again takes the place of its section, and leaves the others as they were.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from pipelines.settings import Settings

RESULTS = Path(__file__).parent / "RESULTS.md"
HEADING = "## "
HEAD = """# Results

Written by `make bench` and `make bench-full`; do not edit. A ratio compares two processes that took turns in the same
run; a figure is the median of its rounds, with the fastest and the slowest beside it. Seconds depend on the machine.
"""
LIBRARIES = ("duckdb", "dagster", "dbt-core", "dbt-duckdb", "pandera", "polars", "pyarrow")


@dataclass(frozen=True)
class Section:
    """What a benchmark found, in lines of Markdown. Its title says the size, too: it is the section's name."""

    title: str
    lines: list[str]


def add(sections: Iterable[Section], path: Path = RESULTS) -> None:
    """Put sections in the place of those of the same title; new ones come last."""
    kept = _read(path)
    for section in sections:
        text = "\n".join([*section.lines, "", f"Measured on {machine()}."])
        kept[section.title] = text
        print(f"{HEADING}{section.title}\n\n{text}\n")
    parts = [f"{HEADING}{title}\n\n{text}\n" for title, text in kept.items()]
    path.write_text("\n".join([HEAD, *parts]))


def machine() -> str:
    """Day, cores, memory, limits and versions; no names."""
    settings = Settings()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"{datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB;"
        f" DuckDB with {settings.threads} threads and {settings.memory_limit};"
        f" Python {platform.python_version()}, {libraries}"
    )


def _read(path: Path) -> dict[str, str]:
    """The sections of a file by their titles."""
    if not path.exists():
        return {}
    parts = ("\n" + path.read_text()).split(f"\n{HEADING}")[1:]
    titled = (part.partition("\n") for part in parts)
    return {title: text.strip("\n") for title, _, text in titled}
