"""Who is forgotten, as the ledger says it.

A forgetting is a batch of its own, a segment of `forgotten_users` with one row: who, when, on whose word, why, and
which quarantined rows are about them too. Nothing lands there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.ledger import Entry, segments_of
from pipelines.privacy.keys import person_key, row_key
from pipelines.settings import Settings

FORGOTTEN_USERS = "forgotten_users"
SEPARATOR = "\x1f"

Place = tuple[str, str, int]
"""A quarantined row: contract, file hash, line."""

SCHEMA = pa.schema(
    {
        "user_id": pa.string(),
        "forgotten_at": pa.timestamp("us", "UTC"),
        "actor_id": pa.string(),
        "reason": pa.string(),
        "quarantined": pa.list_(
            pa.struct({"contract": pa.string(), "file_hash": pa.string(), "line": pa.int64()})
        ),
    }
)


@dataclass(frozen=True)
class Signal:
    """One forgetting: of `user_id`, in ledger batch `batch`, with the quarantined rows that go with it."""

    user_id: str
    batch: int
    forgotten_at: datetime
    actor_id: str
    reason: str
    quarantined: tuple[Place, ...]

    def table(self) -> pa.Table:
        """The segment's one row."""
        names = ("contract", "file_hash", "line")
        places = [dict(zip(names, place, strict=True)) for place in self.quarantined]
        row = {**vars(self), "quarantined": places}
        return pa.Table.from_pylist([{name: row[name] for name in SCHEMA.names}], schema=SCHEMA)


@dataclass(frozen=True)
class Forgotten:
    """All forgettings up to some batch: the first of each person, and every quarantined row that is forgotten."""

    people: Mapping[str, Signal]
    rows: frozenset[Place]
    batch: int
    """The last batch that forgot somebody; 0 for none. No earlier version may be shown."""

    @property
    def keys(self) -> Iterator[str]:
        """The names of the keys that must not be."""
        yield from map(person_key, self.people)
        yield from (row_key(*place) for place in self.rows)

    def pseudonym(self, person: str) -> str:
        """What stands for the name of a forgotten person.

        It follows from the id and the batch of the first forgetting, and from nothing else: the same in every
        version from then on and wherever the ledger is read, and no way back to the name.
        """
        content = SEPARATOR.join((person, str(self.people[person].batch)))
        return f"forgotten-{hashlib.sha256(content.encode()).hexdigest()[:16]}"


def read_forgotten(settings: Settings, entries: Iterable[Entry]) -> Forgotten:
    """What all batches of a ledger say."""
    signals = list(_signals(settings, entries))
    people: dict[str, Signal] = {}
    for signal in signals:
        people.setdefault(signal.user_id, signal)
    return Forgotten(
        people,
        frozenset(place for signal in signals for place in signal.quarantined),
        max((signal.batch for signal in signals), default=0),
    )


def _signals(settings: Settings, entries: Iterable[Entry]) -> Iterator[Signal]:
    for segment in segments_of(entries, FORGOTTEN_USERS):
        with pq.ParquetFile(settings.data / segment.stored.path) as file:
            rows = file.read().to_pylist()
        batches = (batch for batch, count in segment.rows.items() for _ in range(count))
        for batch, row in zip(batches, rows, strict=True):
            places = tuple(
                (place["contract"], place["file_hash"], place["line"])
                for place in row.pop("quarantined")
            )
            yield Signal(**row, batch=batch, quarantined=places)
