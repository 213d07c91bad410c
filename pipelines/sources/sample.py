"""The committed sample: a small world over all contracts, delivered as sources deliver.

`python -m pipelines.sources.sample DIR` writes `<DIR>/<contract>/...`: ten weeks up to 2026-04-01, in all formats, with
late and repeated rows and the flaws of `pipelines.sources.flaws`. The same seed gives the same bytes. What the world
holds is said in `pipelines.sources.world`, not here.
"""

import argparse
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

from pipelines.contracts import CONTRACTS
from pipelines.contracts.model import Contract
from pipelines.sources.flaws import BROKEN_FILES, EXTRA_COLUMNS, FLAWS, STRAYS
from pipelines.sources.landing_files import encode, write_whole
from pipelines.sources.world.internships import write_internships
from pipelines.sources.world.people import write_people
from pipelines.sources.world.performance import write_performance
from pipelines.sources.world.progress import write_progress
from pipelines.sources.world.records import write_records
from pipelines.sources.world.rows import TIMELESS, Row, World
from pipelines.sources.world.skills import write_skills

SEED = 20260401
LATE_SHARE = 0.03
REPEATED_SHARE = 0.02

# January, February, March
MONTHLY = {
    "attendance_records": (".csv", ".csv", ".csv"),
    "task_events": (".jsonl", ".jsonl.gz", ".jsonl"),
    "progress_updates": (".jsonl.zst", ".jsonl.zst", ".jsonl"),
    "step_events": (".parquet", ".jsonl.gz", ".csv.zst"),
    "free_play_scores": (".csv", ".csv.zst", ".csv"),
    "participations": (".parquet", ".csv.gz", ".jsonl"),
}
WHOLE = {
    "kpi_thresholds": ".jsonl",
    "training_events": ".jsonl",
    "employer_inputs": ".jsonl.gz",
    "projects": ".jsonl",
    "assignments": ".jsonl",
    "steps": ".parquet",
    "assignment_students": ".csv.gz",
    "class_students": ".parquet",
    "assessments": ".jsonl",
    "rules": ".jsonl",
    "certifications": ".jsonl",
    "registration_policies": ".jsonl",
}
# an export of a week before, of which everything came again
EARLIER_EXPORT = {"users": 3, "task_assignments": 4, "lecture_members": 2}


@dataclass
class Delivery:
    """One file of a contract: a dated name, its format, its rows."""

    date: str
    suffix: str
    rows: list[Row]


def write_sample(target: Path, seed: int = SEED) -> None:
    """Write the sample below `target`, one folder per contract; files of the same names are replaced."""
    random = Random(f"{seed}:delivery")
    world = _world(seed)
    for name, contract in CONTRACTS.items():
        rows = world[name]
        rows += [rows[0] | changes for strayed, changes in STRAYS if strayed == name]
        rows.sort(key=lambda row: _order(contract, row))
        deliveries = _monthly(random, contract, rows) if name in MONTHLY else _whole(contract, rows)
        lines = _add_flaws(name, deliveries[-1])
        for delivery in deliveries:
            is_last = delivery is deliveries[-1]
            content = encode(contract, delivery.rows, delivery.suffix, lines if is_last else ())
            write_whole(target / name / f"{delivery.date}{delivery.suffix}", content)
    for broken in BROKEN_FILES:
        write_whole(target / broken.contract / broken.name, broken.content)


def _world(seed: int) -> World:
    """All rows of all contracts; each domain draws from its own generator."""
    return (
        write_people()
        | write_internships(Random(f"{seed}:internships"))
        | write_performance(Random(f"{seed}:performance"))
        | write_skills(Random(f"{seed}:skills"))
        | write_progress(Random(f"{seed}:progress"))
        | write_records(Random(f"{seed}:records"))
    )


def _moment(contract: Contract, row: Row) -> datetime:
    moment = row.get(contract.moment, TIMELESS)
    if not isinstance(moment, datetime):
        raise TypeError(f"a row of {contract.name} has {moment!r} for {contract.moment}")
    return moment


def _order(contract: Contract, row: Row) -> tuple[datetime, list[str]]:
    return _moment(contract, row), [str(row[name]) for name in contract.entity_key]


def _whole(contract: Contract, rows: list[Row]) -> list[Delivery]:
    """One export of everything, and for some contracts an earlier one of a few rows."""
    earlier = EARLIER_EXPORT.get(contract.name, 0)
    deliveries = [Delivery("2026-03-24", ".jsonl", rows[:earlier])] if earlier else []
    return [*deliveries, Delivery("2026-03-31", WHOLE.get(contract.name, ".csv"), rows)]


def _monthly(random: Random, contract: Contract, rows: list[Row]) -> list[Delivery]:
    """A file per month; some rows come a month late, and some come a month later once more."""
    deliveries = [
        Delivery(f"2026-{month:02d}", suffix, [])
        for month, suffix in enumerate(MONTHLY[contract.name], 1)
    ]
    for row in rows:
        month = min(_moment(contract, row).month, len(deliveries)) - 1
        has_later_month = month + 1 < len(deliveries)
        drawn = random.random()
        is_late = has_later_month and drawn < LATE_SHARE
        is_repeated = has_later_month and LATE_SHARE <= drawn < LATE_SHARE + REPEATED_SHARE
        deliveries[month + is_late].rows.append(row)
        if is_repeated:
            deliveries[month + 1].rows.append(row)
    return deliveries


def _add_flaws(name: str, delivery: Delivery) -> list[str]:
    """Add the contract's extra column and flawed rows to a delivery; return the lines that are no rows."""
    if name in EXTRA_COLUMNS:
        column, value = EXTRA_COLUMNS[name]
        delivery.rows = [row | {column: value} for row in delivery.rows]
    flaws = [flaw for flaw in FLAWS if flaw.contract == name]
    first = delivery.rows[0]
    delivery.rows = delivery.rows + [first | flaw.changes for flaw in flaws if flaw.line is None]
    return [flaw.line for flaw in flaws if flaw.line is not None]


def main() -> None:
    """The command line: where to write."""
    parser = argparse.ArgumentParser(description="Write the sample's landing files.")
    parser.add_argument("target", type=Path, help="folder that gets one folder per contract")
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    write_sample(arguments.target, arguments.seed)


if __name__ == "__main__":
    main()
