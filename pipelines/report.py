"""The words of a run's summary, made from the metadata of its assets.

Belongs here: sentences and columns for a terminal. Not here: how a run is started or read.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from shlex import quote
from typing import Any

from pipelines.contracts import CONTRACTS
from pipelines.settings import Settings

SHOWN = 10
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

Facts = dict[str, dict[str, Any]]


def quarantined(facts: Facts) -> int:
    """The rows that this run put in quarantine."""
    return sum(counts["quarantined"] for counts in facts["ledger"]["contracts"].values())


def summary(settings: Settings, facts: Facts, warnings: Iterable[str]) -> str:
    """What the run read, what it kept back and why, what it warns of, and where the results are."""
    told = [f"Warning: {warning}" for warning in warnings]
    lines = [taken(settings, facts), *map(printable, [*told, *_results(settings, facts)])]
    return "\n".join(lines)


def taken(settings: Settings, facts: Facts) -> str:
    """What the run read, and what it kept back and why; empty where it did not come to read."""
    lines = [*_counts(settings, facts), *_oddities(facts)] if "ledger" in facts else []
    return "\n".join(map(printable, lines))


def plural(count: int, one: str, many: str = "") -> str:
    """A count with its noun."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def printable(line: str) -> str:
    """A line with its control characters spelled out: the names that sources give would command the terminal."""
    return CONTROL.sub(lambda found: repr(found[0])[1:-1], line)


def _counts(settings: Settings, facts: Facts) -> Iterator[str]:
    contracts = facts["ledger"]["contracts"]
    if facts["ledger"]["is_landing_missing"]:
        yield f"Nothing new in landing: there is no folder {settings.landing}."
        return
    if not contracts:
        yield "Nothing new in landing."
        return
    totals = {
        name: sum(counts[name] for counts in contracts.values())
        for name in ("rows_read", "accepted", "duplicates", "quarantined", "files")
    }
    yield (
        f"Batch {facts['ledger']['batch']}: {plural(totals['rows_read'], 'row')} read from"
        f" {plural(totals['files'], 'file')} of {plural(len(contracts), 'contract')}"
    )
    for name in ("accepted", "duplicates", "quarantined"):
        yield f"  {totals[name]:>12,} {name}"
    reasons = facts["ledger"]["reasons"]
    if reasons:
        yield "Quarantined rows by reason (whole in ops.quarantine):"
        yield from _few(
            [f"  {count:>12,} {contract} {reason}" for contract, reason, count in reasons],
            "reasons",
        )


def _oddities(facts: Facts) -> Iterator[str]:
    if facts["ledger"]["clock_went_back"]:
        yield facts["ledger"]["clock_went_back"]
    unreadable = facts["ledger"]["unreadable"].items()
    yield from _few(
        [f"Unreadable: {file} ({why})" for file, why in unreadable], "files that are unreadable"
    )
    ignored = facts["ledger"]["ignored_columns"].items()
    yield from _few(
        [f"Ignored columns in {file}: {', '.join(columns)}" for file, columns in ignored],
        "files with ignored columns",
    )
    unknown = facts["ledger"]["unknown_contract"]
    yield from _few([_not_read(file) for file in unknown], "files that are not read")
    passed_over = facts["ledger"]["passed_over"]
    yield from _few(
        [f"Passed over, because it is no file: {name}" for name in passed_over], "that are no files"
    )
    for name in facts["ledger"]["swept"]:
        yield f"Removed what an interrupted run left: {name}"


def _not_read(file: str) -> str:
    top = file.partition("/")[0]
    why = "no contract has the name of its folder"
    if top in CONTRACTS:
        why = f"only files directly in landing/{top}/ are"
    return f"Not read, because {why} (unknown_contract): {file}"


def _few(lines: Sequence[str], of_what: str) -> Iterator[str]:
    yield from lines[:SHOWN]
    if len(lines) > SHOWN:
        yield f"  and {len(lines) - SHOWN:,} more {of_what}"


def _results(settings: Settings, facts: Facts) -> Iterator[str]:
    current = settings.current
    if facts["published/admin"]["is_earlier"]:
        yield "Warning: readers saw a version that is judged later; they see this one now."
    yield f"Published {facts['ops/run']['version']}"
    yield f"  {current}/<role>/<domain>/<mart>/*.parquet, and {current}/<role>/cairn.duckdb"
    yield "Try:"
    yield (
        f"  {quote(str(_duckdb()))} -readonly {quote(f'{current}/admin/cairn.duckdb')}"
        ' "from internships.internship_aggregates limit 5"'
    )


def _duckdb() -> Path:
    """DuckDB's shell as it stands beside this Python, from here."""
    shell = Path(sys.executable).with_name("duckdb")
    return shell.relative_to(Path.cwd()) if shell.is_relative_to(Path.cwd()) else shell
