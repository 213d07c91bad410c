"""Proof that the ledger is what was committed: every line, every byte of every file that holds rows, and its length.

A merged file is proved by the line that put it in the place of segments, and by the rows that their own lines say. A
removed end leaves a valid, shorter chain, so the manifests of what was published pin the chain's head.
"""

import json
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path

from pipelines.errors import CairnError
from pipelines.files import sha256_of
from pipelines.ledger.chain import ORIGIN, Entry, Ledger, StoredFile, is_sealed
from pipelines.ledger.segments import segments
from pipelines.settings import Settings

MANIFEST = "manifest.json"


def verify(settings: Settings) -> list[str]:
    """All that is wrong with the ledger, a sentence each; empty when every hash holds."""
    ledger = Ledger(settings)
    while True:
        size = ledger.size
        problems, entries = _examined(settings, ledger)
        try:
            problems += _pin_problems(settings, entries)
        except CairnError as error:
            problems.append(str(error))
        # A batch that was committed meanwhile may have removed the segments that it merged.
        if not problems or ledger.size == size:
            return problems


def proven(settings: Settings) -> list[Entry]:
    """All batches, oldest first; raises `CairnError` when they are not what was committed: no run may build on them."""
    problems, entries = _examined(settings, Ledger(settings))
    problems = problems or _pin_problems(settings, entries)
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise CairnError(
            f"The ledger in {settings.ledger} is not what was committed: {problems[0]}{more};"
            " nothing was written, and what was published stands; see `cairn verify`,"
            " then restore the ledger from a backup."
        )
    return entries


def _examined(settings: Settings, ledger: Ledger) -> tuple[list[str], list[Entry]]:
    problems, entries = _chain_problems(ledger)
    problems += _file_problems(settings, entries)
    return problems + _stray_problems(settings, entries), entries


def _file_problems(settings: Settings, entries: list[Entry]) -> Iterator[str]:
    """What is wrong with the files that the lines vouch for, in the order of their batches."""
    try:
        held = segments(entries)
    except ValueError as error:
        yield str(error)
        return
    files = [
        *((file.first, file.last, file.stored) for of in held.values() for file in of),
        *(
            (entry.batch, entry.batch, stored)
            for entry in entries
            for _, stored in entry.quarantine
        ),
    ]
    for first, last, stored in sorted(files, key=lambda file: file[:2]):
        problem = _stored_problem(settings.data, stored)
        if problem is not None:
            batches = f"batch {first}" if first == last else f"batches {first} to {last}"
            yield f"{batches}: {problem}"


def _chain_problems(ledger: Ledger) -> tuple[list[str], list[Entry]]:
    problems: list[str] = []
    entries: list[Entry] = []
    previous = ORIGIN
    try:
        for number, (line, entry) in enumerate(ledger.read_lines(), start=1):
            if not is_sealed(line, entry):
                problems.append(
                    f"ledger line {number} was edited: its hash does not match its content"
                )
            elif entry.batch != number:
                problems.append(
                    f"ledger line {number} is batch {entry.batch}: a line was removed, added or moved"
                )
            elif entry.prev != previous:
                problems.append(
                    f"ledger line {number} does not follow line {number - 1}: its `prev` is another hash"
                )
            previous = entry.hash
            entries.append(entry)
    except ValueError as error:
        problems.append(str(error))
    return problems, entries


def _stored_problem(root: Path, stored: StoredFile) -> str | None:
    path = root / stored.path
    if not path.is_file():
        return f"{stored.path} is missing"
    size = path.stat().st_size
    if size != stored.bytes:
        return f"{stored.path} has {size} bytes instead of {stored.bytes}"
    if sha256_of(path) != stored.sha256:
        return f"{stored.path} was changed: its SHA-256 is another one"
    return None


def _stray_problems(settings: Settings, entries: list[Entry]) -> list[str]:
    """Files of batches that the ledger has not come to: a crash leaves none beyond the next one."""
    return [
        f"the ledger was shortened: {path.relative_to(settings.data).as_posix()} is there, but not its line"
        for folder in (settings.ledger, settings.quarantine)
        for path in sorted(folder.glob("*/*.parquet"))
        if _batch_of(path) > len(entries) + 1
    ]


def _batch_of(path: Path) -> int:
    """The batch that wrote a file, by its name, or the earliest that can have merged it; 0 for another name."""
    first, merges, last = path.stem.partition("-")
    if not first.isdecimal() or not (last or first).isdecimal():
        return 0
    return int(last) + 1 if merges else int(first)


def _pin_problems(settings: Settings, entries: list[Entry]) -> list[str]:
    """What the version of the most batches says otherwise; raises `CairnError` when the current one cannot be read."""
    position, head, version = max(_pins(settings), key=itemgetter(0), default=(0, ORIGIN, ""))
    if len(entries) < position:
        torn = (
            f"; line {len(entries) + 1} does not end in a line feed: append one if that is all it lacks"
            if Ledger(settings).is_torn
            else ""
        )
        return [
            f"the ledger was shortened: the published version {version} was built on"
            f" {position} batches, and {len(entries)} are left{torn}"
        ]
    if position and entries[position - 1].hash != head:
        return [
            f"ledger line {position} is not the one that the published version"
            f" {version} was built on"
        ]
    return []


def _pins(settings: Settings) -> Iterator[tuple[int, str, str]]:
    """How many batches a version was built on, the hash of the last, and its name: the current one's, then all others'.

    An older one that cannot be read is passed over; the current one cannot be, and that is no fault of the ledger.
    """
    current = settings.current / MANIFEST
    for manifest in (current, *settings.published.glob(f"versions/[!.]*/{MANIFEST}")):
        if not manifest.is_file():
            continue
        try:
            pinned = json.loads(manifest.read_text(encoding="utf-8"))
            yield int(pinned["n"]), pinned["head"], pinned["version"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            if manifest != current:
                continue
            raise CairnError(
                f"{manifest} cannot be read ({type(error).__name__}), so that the length of the ledger cannot be"
                " proved; nothing was written, and the ledger was left as it is; move the folder"
                f" {manifest.parent.resolve()} away and run again."
            ) from error
