"""Nights of several contracts, and two ledgers of them: one that merges its segments early, and one that never does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from assets_tests.ingest.data_root import DataRoot
from assets_tests.ingest.test_csv import HEADER, row
from pipelines.ingest import IngestReport

NIGHTS = 7
FIRST_NIGHT = datetime(2026, 3, 1, tzinfo=UTC)


def landed(number: int) -> dict[str, str]:
    """What lands in a night: new rows, repeated ones, conflicts, broken ones, undated versions, and personal values."""
    badges = [row(f"{number}-a"), row(f"{number}-b")]
    if number > 0:
        badges += [row(f"{number - 1}-a"), row("0-a"), row(f"{number // 2}-b", "moon"), "broken"]
    files = {
        "badge_awards": "\n".join([HEADER, *badges]),
        "users": "user_id,username,email\n"
        f"u{number},name{number},\nu{number // 2},name{number // 2},u{number % 3}@x.example\n",
    }
    if number % 3 == 0:
        files["organizations"] = f"organization_id,name\no,Name {number}\no{number},Other\n"
        files["projects"] = f'project_id,metadata\np{number},"{{""night"": {number}}}"\n'
    return files


def night(root: DataRoot, number: int, *contracts: str) -> IngestReport:
    """One night, of some contracts or of all, at the same moment in every ledger."""
    for contract, content in landed(number).items():
        if contract in contracts or not contracts:
            root.drop(f"{contract}/{number}.csv", content)
    return root.ingest(FIRST_NIGHT + timedelta(days=number))


def merging(folder: Path) -> DataRoot:
    """A ledger that merges any two neighbouring segments."""
    return _grown(DataRoot(folder, merge_segments=2))


def plain(folder: Path) -> DataRoot:
    """A ledger of the same nights in which every segment is as its batch wrote it."""
    return _grown(DataRoot(folder, merge_segments=NIGHTS + 1))


def _grown(root: DataRoot) -> DataRoot:
    for number in range(NIGHTS):
        night(root, number)
    return root
