"""Proof that the ledger is what was committed: every line, every byte of every segment, and its length.

A removed end leaves a valid, shorter chain, so the last published manifest pins the chain's head.
"""

import hashlib
import json
from pathlib import Path

from pipelines.errors import CairnError
from pipelines.ledger.chain import ORIGIN, Entry, Ledger, StoredFile
from pipelines.settings import Settings


def verify(settings: Settings) -> list[str]:
    """All that is wrong with the ledger, a sentence each; empty when every hash holds."""
    ledger = Ledger(settings)
    problems, entries = _chain_problems(ledger)
    for entry in entries:
        for contract in entry.contracts.values():
            for stored in contract.stored:
                problem = _stored_problem(settings.data, stored)
                if problem is not None:
                    problems.append(f"batch {entry.batch}: {problem}")
    return problems + _stray_problems(settings, entries) + _pin_problems(settings, entries)


def refuse_if_damaged(settings: Settings) -> None:
    """Raise `CairnError` when the ledger is not what was committed: no run may build on it."""
    problems = verify(settings)
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise CairnError(
            f"The ledger in {settings.ledger} is not what was committed: {problems[0]}{more};"
            " nothing was written, and what was published stands; see `cairn verify`,"
            " then restore the ledger from a backup."
        )


def _chain_problems(ledger: Ledger) -> tuple[list[str], list[Entry]]:
    problems: list[str] = []
    entries: list[Entry] = []
    previous = ORIGIN
    try:
        for number, (line, entry) in enumerate(ledger.read_lines(), start=1):
            if entry.hash != entry.seal() or entry.line() != line + b"\n":
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
    with path.open("rb") as handle:
        if hashlib.file_digest(handle, "sha256").hexdigest() != stored.sha256:
            return f"{stored.path} was changed: its SHA-256 is another one"
    return None


def _stray_problems(settings: Settings, entries: list[Entry]) -> list[str]:
    """Files of batches that the ledger has not come to: a crash leaves none beyond the next one."""
    later = len(entries) + 2
    return [
        f"the ledger was shortened: {path.relative_to(settings.data).as_posix()} is there, but not its line"
        for folder in (settings.ledger, settings.quarantine)
        for path in sorted(folder.glob("*/*.parquet"))
        if path.stem.isdecimal() and int(path.stem) >= later
    ]


def _pin_problems(settings: Settings, entries: list[Entry]) -> list[str]:
    manifest = settings.published / "current" / "manifest.json"
    if not manifest.is_file():
        return []
    try:
        pinned = json.loads(manifest.read_text())
        position, head = int(pinned["n"]), pinned["head"]
        version = pinned["version"]
    except (ValueError, KeyError, TypeError) as error:
        return [
            f"{manifest} cannot be read ({type(error).__name__}), so that the length of the ledger"
            " cannot be proved"
        ]
    if len(entries) < position:
        return [
            f"the ledger was shortened: the published version {version} was built on"
            f" {position} batches, and {len(entries)} are left"
        ]
    if position and entries[position - 1].hash != head:
        return [
            f"ledger line {position} is not the one that the published version"
            f" {version} was built on"
        ]
    return []
