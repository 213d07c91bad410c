"""Landing files of any size, for all contracts: the same parameters give the same rows, on any number of threads.

`python -m benchmarks.landing FOLDER --users 5000 --format csv` writes `FOLDER/<contract>/<number>.<format>`.
Belongs here: how many rows, in which files. What they say is in `benchmarks/world/*.sql`, a macro per contract.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.contracts import CONTRACTS
from pipelines.contracts.model import Contract, Kind, Type
from pipelines.settings import Settings
from pipelines.warehouse.connection import configure

WORLD = Path(__file__).parent / "world"
ROWS_A_FILE = 1_000_000
TURNS = 12
FORMATS = {
    "parquet": "format parquet, compression zstd",
    "jsonl": "format json, timestampformat '%Y-%m-%dT%H:%M:%SZ'",
    "csv": "format csv, header, timestampformat '%Y-%m-%dT%H:%M:%SZ'",
}

# Of a thousand signals.
SHARES = {
    "attendance_records": 150,
    "training_events": 25,
    "employer_inputs": 5,
    "task_events": 150,
    "project_events": 10,
    "progress_updates": 40,
    "mentorship_sessions": 5,
    "step_events": 400,
    "free_play_scores": 50,
    "badge_awards": 10,
    "participations": 120,
    "achievement_grades": 25,
    "certifications": 5,
    "registration_events": 5,
}


@dataclass(frozen=True)
class World:
    """How large a world is. Each user sends `signals_per_user` events over `weeks` weeks up to 2026-04-01."""

    users: int = 5_000
    organizations: int = 20
    weeks: int = 26
    signals_per_user: int = 200
    seed: int = 1

    def per_user(self, contract: str) -> int:
        """A user's signals of a contract; at least one, so that no contract is empty."""
        return max(1, round(self.signals_per_user * SHARES[contract] / 1000))

    def define(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Make the world's macros: `<contract>(first, past)`, its rows by number, and `<entity>_count()`."""
        per_user = " ".join(f"when '{name}' then {self.per_user(name)}" for name in SHARES)
        connection.execute(f"create macro seed() as {self.seed}")
        connection.execute(f"create macro user_count() as {self.users}")
        connection.execute(f"create macro organization_count() as {self.organizations}")
        connection.execute(f"create macro week_count() as {self.weeks}")
        connection.execute(f"create macro per_user(contract) as case contract {per_user} end")
        connection.execute((WORLD / "draws.sql").read_text())
        for path in sorted(WORLD.glob("*.sql")):
            if path.name != "draws.sql":
                connection.execute(path.read_text())


@dataclass(frozen=True)
class Delivery:
    """Which part of a world is dropped, as shares of each contract's signals; entities come with the first of them.

    From 1.0 on it is what the nights after bring. What two deliveries share are duplicates. `broken` is the
    share of rows that miss their key. In `night` 1, 2, ... some entities, in turn, say what they are once more.
    """

    first: float = 0.0
    past: float = 1.0
    broken: float = 0.0
    night: int = 0

    def rows(
        self, connection: duckdb.DuckDBPyConnection, world: World, contract: Contract
    ) -> range:
        """The numbers of the contract's rows."""
        if contract.kind is Kind.EVENT:
            signals = world.users * world.per_user(contract.name)
            return range(round(signals * self.first), round(signals * self.past))
        [(count,)] = connection.execute(f"select {contract.name}_count()").fetchall()
        if self.night:
            is_its_turn = self.night % TURNS == list(CONTRACTS).index(contract.name) % TURNS
            number = self.night % count
            return range(number, number + 1) if is_its_turn else range(0)
        return range(count if self.first == 0 else 0)


def write_landing(
    folder: Path,
    world: World,
    format_: str,
    delivery: Delivery | None = None,
    contracts: Sequence[str] = tuple(CONTRACTS),
) -> int:
    """Write a delivery's files below `folder`; the number of rows."""
    [rows] = write_nights(folder, world, format_, [delivery or Delivery()], contracts)
    return rows


def write_nights(
    folder: Path,
    world: World,
    format_: str,
    deliveries: Iterable[Delivery],
    contracts: Sequence[str] = tuple(CONTRACTS),
) -> Iterator[int]:
    """Write one delivery after the other, each when it is asked for; the number of its rows."""
    with duckdb.connect() as connection:
        configure(connection, Settings(data=folder))
        connection.execute("set preserve_insertion_order = true")
        world.define(connection)
        for delivery in deliveries:
            rows = 0
            for name in contracts:
                numbers = delivery.rows(connection, world, CONTRACTS[name])
                (folder / name).mkdir(parents=True, exist_ok=True)
                for part in _parts(numbers):
                    begin = f"{delivery.night:05d}-" if delivery.night else ""
                    path = folder / name / f"{begin}{part.start:010d}.{format_}"
                    select = _select(CONTRACTS[name], part, format_, delivery)
                    connection.execute(f"copy ({select}) to '{path}' ({FORMATS[format_]})")
                rows += len(numbers)
            yield rows


def _parts(numbers: range) -> Iterator[range]:
    for first in range(numbers.start, numbers.stop, ROWS_A_FILE):
        yield range(first, min(first + ROWS_A_FILE, numbers.stop))


def _select(contract: Contract, part: range, format_: str, delivery: Delivery) -> str:
    key = contract.entity_key[0]
    replaced = {}
    if delivery.broken:
        replaced[key] = f"case when drawn('broken', {key}) >= {delivery.broken} then {key} end"
    if delivery.night and contract.kind is Kind.ENTITY:
        replaced["effective_at"] = f"effective_at + to_days({delivery.night})"
    for column in contract.columns:
        if column.type is Type.LIST and format_ == "csv":
            replaced[column.name] = f"array_to_string({column.name}, '|')"
    replace = ", ".join(f"{sql} as {name}" for name, sql in replaced.items())
    stars = f"* replace ({replace})" if replace else "*"
    return f"select {stars} from {contract.name}({part.start}, {part.stop})"


def main() -> None:
    """The command line: where to write, and how much of which world."""
    parser = argparse.ArgumentParser(description="Write landing files of an invented world.")
    parser.add_argument("folder", type=Path, help="gets one folder per contract")
    parser.add_argument("--format", choices=FORMATS, default="parquet")
    parser.add_argument("--contract", action="append", choices=CONTRACTS, help="only this one")
    for name, default in vars(World()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=default)
    for name, default in vars(Delivery()).items():
        parser.add_argument(f"--{name}", type=type(default), default=default)
    options = parser.parse_args()
    world = World(**{name: getattr(options, name) for name in vars(World())})
    delivery = Delivery(**{name: getattr(options, name) for name in vars(Delivery())})
    begun = time.monotonic()
    rows = write_landing(
        options.folder, world, options.format, delivery, options.contract or tuple(CONTRACTS)
    )
    print(f"{rows:,} rows in {time.monotonic() - begun:.1f} s")


if __name__ == "__main__":
    main()
