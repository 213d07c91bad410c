"""Segments and quarantine as they are read: opened, and with what was forgotten left out.

Who is forgotten is what the ledger says, never whether a key is there: a key that came back with a backup opens
nothing, and a key that is missing without a word in the ledger stops the reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.contracts import CONTRACTS
from pipelines.contracts.model import IS_DELETED, Contract
from pipelines.errors import CairnError
from pipelines.ledger import Entry, Ledger, StoredFile, segments_of
from pipelines.privacy.forgotten import Forgotten, read_forgotten
from pipelines.privacy.keys import Keyring, person_key, row_key
from pipelines.privacy.sealing import SealError, unseal
from pipelines.settings import Settings

RAW, PERSON = "raw", "person"
"""Of a rejected row its text, and the id it gives as far as that can be read."""
NAMED = 5
_PERSONAL = {name: contract for name, contract in CONTRACTS.items() if contract.personal}


@dataclass(frozen=True)
class Opener:
    """What opening takes: the keys, and who is forgotten."""

    settings: Settings
    keyring: Keyring
    forgotten: Forgotten

    @classmethod
    def of(cls, settings: Settings, entries: list[Entry]) -> Opener:
        """The opener of a data root; `entries` are all batches of its ledger."""
        return cls(settings, Keyring.read(settings), read_forgotten(settings, entries))

    def segment(self, contract: Contract, stored: StoredFile) -> pa.Table:
        """The rows of a file of segments in order, personal columns in clear.

        Of who was forgotten a pseudonym stands for what is required, and what is not is NULL. Raises `CairnError`
        when a key is missing that nobody asked to destroy.
        """
        table = _completed(_read(self.settings, stored), contract)
        people = table[contract.person].to_pylist()
        deleted = table[IS_DELETED.name].to_pylist()
        for column in contract.personal:
            place = (contract.name, column.name)
            opened = [
                self._unsealed(person_key(person), sealed, *place)
                if person not in self.forgotten.people
                else self.forgotten.pseudonym(person)
                if column.required and not is_deleted
                else None
                for person, sealed, is_deleted in zip(
                    people, table[column.name].to_pylist(), deleted, strict=True
                )
            ]
            table = _replaced(table, column.name, opened)
        return table

    def quarantine(self, contract: Contract, stored: StoredFile) -> pa.Table:
        """The rejected rows in order, `raw` in clear; NULL where it is about somebody who was forgotten.

        Raises `CairnError` when a key is missing that nobody asked to destroy.
        """
        table = _read(self.settings, stored)
        places = zip(table["_file"].to_pylist(), table["_line"].to_pylist(), strict=True)
        opened = [
            self._unsealed(row_key(contract.name, *place), sealed, contract.name, RAW)
            if (contract.name, *place) not in self.forgotten.rows
            else None
            for place, sealed in zip(places, table[RAW].to_pylist(), strict=True)
        ]
        return _replaced(table, RAW, opened)

    def key_problems(self, entries: list[Entry]) -> list[str]:
        """Keys that are missing although the ledger does not say that they were destroyed: one sentence, or none."""
        missing = [name for name in _needed(self, entries) if name not in self.keyring]
        if not missing:
            return []
        named = ", ".join(missing[:NAMED]) + (", ..." if len(missing) > NAMED else "")
        return [
            f"{self.settings.keys.name} lacks {len(missing)} of its keys, and the ledger does not say that they were"
            f" destroyed ({named}): restore it from a backup"
        ]

    def _unsealed(self, name: str, sealed: str | None, *place: str) -> str | None:
        if sealed is None:
            return None
        try:
            return unseal(self.keyring[name], sealed, *place)
        except (KeyError, SealError) as error:
            raise CairnError(
                f"The key {name} in {self.settings.keys} is missing or another one, and the ledger does not say that"
                " it was destroyed; nothing was written, and what was published stands; restore"
                f" {self.settings.keys.name} from a backup and run again."
            ) from error


def key_problems(settings: Settings) -> list[str]:
    """Keys of a data root that are missing (see `Opener.key_problems`), or else the first one that opens nothing."""
    ledger = Ledger(settings)
    while True:
        size = ledger.size
        try:
            problems = _key_problems(settings, ledger.entries())
        except FileNotFoundError as error:
            problems = [str(error)]
        # A batch that was committed meanwhile may have removed the segments that it merged.
        if not problems or ledger.size == size:
            return problems


def _key_problems(settings: Settings, entries: list[Entry]) -> list[str]:
    opener = Opener.of(settings, entries)
    if problems := opener.key_problems(entries):
        return problems
    try:
        for contract, stored in personal_segments(entries):
            opener.segment(contract, stored)
        for contract, stored in personal_quarantine(entries):
            opener.quarantine(contract, stored)
    except CairnError as error:
        return [str(error)]
    return []


def _needed(opener: Opener, entries: list[Entry]) -> Iterator[str]:
    """The names of the keys that open what is sealed in the ledger and in quarantine, once each."""
    people: dict[str, None] = {}
    for contract, stored in personal_segments(entries):
        segment = _read(opener.settings, stored, contract.person)
        people |= dict.fromkeys(segment[contract.person].unique().to_pylist())
    yield from (person_key(person) for person in people if person not in opener.forgotten.people)
    for contract, stored in personal_quarantine(entries):
        for row in _read(opener.settings, stored, "_file", "_line", RAW).to_pylist():
            place = (contract.name, row["_file"], row["_line"])
            if row[RAW] is not None and place not in opener.forgotten.rows:
                yield row_key(*place)


def personal_segments(entries: list[Entry]) -> Iterator[tuple[Contract, StoredFile]]:
    """The files of accepted rows that hold something personal; those of a contract oldest first."""
    for contract in _PERSONAL.values():
        for segment in segments_of(entries, contract.name):
            yield contract, segment.stored


def personal_quarantine(entries: list[Entry]) -> Iterator[tuple[Contract, StoredFile]]:
    """The files of rejected rows that hold something personal, oldest first."""
    for entry in entries:
        for name, stored in entry.quarantine:
            if name in _PERSONAL:
                yield _PERSONAL[name], stored


def _read(settings: Settings, stored: StoredFile, *columns: str) -> pa.Table:
    """The file's rows in order, in all columns unless some are named."""
    with pq.ParquetFile(settings.data / stored.path) as file:
        return file.read(columns=columns or None)


def _completed(table: pa.Table, contract: Contract) -> pa.Table:
    """The rows with NULL in the columns that are younger than their file."""
    for name in (column.name for column in contract.columns):
        if name not in table.column_names:
            table = table.append_column(name, pa.nulls(len(table)))
    return table


def _replaced(table: pa.Table, name: str, values: list[str | None]) -> pa.Table:
    place = table.column_names.index(name)
    return table.set_column(place, name, pa.array(values, pa.string()))
