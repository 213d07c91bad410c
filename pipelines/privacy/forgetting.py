"""Forgetting a person: one signal in the ledger, and what follows from it.

What follows may be done late, twice, or by the next run: the keys are destroyed, and no reader opens what they had
sealed. Not a byte of history changes. A person stays forgotten: what lands about them later is kept without what
makes them recognisable.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pyarrow.parquet as pq

from pipelines.errors import CairnError
from pipelines.ledger import ContractEntry, Entry, LedgerLock, proven
from pipelines.ledger.writing import BatchWriter
from pipelines.privacy.forgotten import FORGOTTEN_USERS, Place, Signal
from pipelines.privacy.opening import PERSON, RAW, Opener, personal_quarantine, personal_segments

JSON_ESCAPES = re.compile(r'(?:\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt]))+')


@dataclass(frozen=True)
class Forgetting:
    """What was forgotten, for the report. `is_new` is false when the ledger had said so before.

    `files` are the landing files that hold rows of the person, as the ledger knows them; `namesakes` the other ids
    under which accepted rows hold the same name or address, known only while the key is there.
    """

    signal: Signal
    pseudonym: str
    is_new: bool
    versions: int
    files: tuple[str, ...]
    namesakes: tuple[str, ...] = ()


def forget(lock: LedgerLock, user_id: str, reason: str, actor_id: str) -> Forgetting:
    """Say in the ledger that a person is forgotten, and destroy the keys of all that makes them recognisable.

    Quarantined rows go with them that give their id, that hold their name or address, or whose own id cannot be
    read and that mention theirs. Whoever is forgotten already stays so, and what an interrupted forgetting
    left is finished. Raises `CairnError` for somebody of whom nothing is kept, and then nothing was changed.
    """
    entries = proven(lock.settings)
    writer = BatchWriter(lock, entries)
    writer.sweep()
    opener = Opener.of(lock.settings, entries)
    destroy_keys(lock, opener)
    if problems := opener.key_problems(entries):
        raise CairnError(
            f"{problems[0]}, and run again; nothing was forgotten and nothing was changed."
        )
    trace = _Trace.of(user_id, opener, entries)
    signal = opener.forgotten.people.get(user_id)
    if signal is None and not trace.is_known:
        raise CairnError(
            f"No row of `users` is about {user_id!r}; nothing was changed; see the id in `org.users` or"
            " `ops.quarantine`."
        )
    if signal is None:
        new = Signal(user_id, writer.number, writer.time, actor_id, reason, trace.quarantined)
        _commit(writer, new)
        opener = Opener.of(lock.settings, writer.ledger.entries())
        destroy_keys(lock, opener)
    return Forgetting(
        opener.forgotten.people[user_id],
        opener.forgotten.pseudonym(user_id),
        signal is None,
        trace.versions,
        tuple(sorted(trace.files)),
        tuple(sorted(trace.namesakes)),
    )


def destroy_keys(lock: LedgerLock, opener: Opener) -> None:
    """Destroy what keys there are of the forgotten: those of a forgetting cut short, or back with a backup."""
    opener.keyring.destroy(lock, opener.forgotten.keys)


def _commit(writer: BatchWriter, signal: Signal) -> None:
    temporary = writer.temporary_path(writer.settings.ledger, FORGOTTEN_USERS)
    pq.write_table(signal.table(), temporary, compression="zstd")
    segment = writer.keep(temporary, rows=1)
    writer.commit(
        {
            FORGOTTEN_USERS: ContractEntry(
                rows_read=1, accepted=1, duplicates=0, quarantined=0, files=(), segment=segment
            )
        }
    )


@dataclass
class _Trace:
    """What is kept about a person, and where."""

    versions: int = 0
    is_known: bool = False
    quarantined: tuple[Place, ...] = ()
    files: set[str] = field(default_factory=set)
    namesakes: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, user_id: str, opener: Opener, entries: list[Entry]) -> _Trace:
        """Opens all that is kept: names are found nowhere else."""
        trace = cls()
        landed = {
            file.sha256: file.name
            for entry in entries
            for taken in entry.contracts.values()
            for file in taken.files
        }
        names = trace._accepted(user_id, opener, entries, landed)
        trace._rejected(user_id, opener, entries, landed, names)
        return trace

    def _accepted(
        self, user_id: str, opener: Opener, entries: list[Entry], landed: dict[str, str]
    ) -> set[str]:
        """The names and addresses of the person; none of somebody who is forgotten already."""
        names: set[str] = set()
        holders: dict[str, set[str]] = {}
        for contract, stored in personal_segments(entries):
            for row in opener.segment(contract, stored).to_pylist():
                personal = [row[column.name] for column in contract.personal]
                held = {_comparable(value) for value in personal if value}
                if row[contract.person] == user_id:
                    self.is_known = True
                    self.versions += 1
                    self.files.add(landed[row["_file"]])
                    names |= held
                else:
                    for name in held:
                        holders.setdefault(name, set()).add(row[contract.person])
        self.namesakes = {person for name in names for person in holders.get(name, ())}
        return set() if user_id in opener.forgotten.people else names

    def _rejected(
        self,
        user_id: str,
        opener: Opener,
        entries: list[Entry],
        landed: dict[str, str],
        names: set[str],
    ) -> None:
        found: list[Place] = []
        names_them, names_or_mentions_them = mentioning(names), mentioning({*names, user_id})
        for contract, stored in personal_quarantine(entries):
            for row in opener.quarantine(contract, stored).to_pylist():
                is_theirs = row[PERSON] == user_id
                self.is_known |= is_theirs
                is_about = names_or_mentions_them if row[PERSON] is None else names_them
                if row[RAW] is not None and (is_theirs or is_about(row[RAW])):
                    found.append((contract.name, row["_file"], row["_line"]))
                    self.files.add(landed[row["_file"]])
        self.quarantined = tuple(found)


def mentioning(needles: Iterable[str]) -> Callable[[str], bool]:
    """The condition that a row's text holds one of these as a word of its own, in whatever case and spelling."""
    words = "|".join(re.escape(word) for word in sorted({*map(_comparable, needles)}) if word)
    if not words:
        return lambda raw: False
    pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)")
    return lambda raw: any(pattern.search(_comparable(text)) for text in _meanings(raw))


def _comparable(text: str) -> str:
    """The same for texts that people read as the same: case, composed characters and runs of blanks aside."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def _meanings(raw: str) -> set[str]:
    """A row's text as it lies, and with the quotes of CSV and the escapes of JSON undone, also where it is broken."""
    from_json = JSON_ESCAPES.sub(lambda escapes: str(json.loads(f'"{escapes[0]}"')), raw)
    return {raw, raw.replace('""', '"'), from_json}
