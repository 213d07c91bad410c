"""However a file is cut for reading, its rows are the same, and lie in the ledger by (file hash, line)."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets_tests.ingest.data_root import DataRoot, compressed, parquet
from assets_tests.ingest.test_csv import HEADER, row
from assets_tests.ingest.test_parquet import badge_awards
from pipelines.ingest import given, landing, parquet_format
from pipelines.warehouse import connection

ROWS = 400


def badge(number: int) -> str:
    """A JSON line; of each hundred some are broken, or are JSON that has to be read by the letter."""
    award = f'"badge_award_id":"j{number}","student_id":"u"'
    match number % 100:
        case 7:
            return "{broken"
        case 13:
            return f'{{{award},"occurred_at":"2026-01-01","badge":1.50}}'
        case 20:
            return f'{{{award}, "badge":"star", "occurred_at":"2026-01-01"}}'
        case 50:
            return f'{{{award},"badge":null,"occurred_at":"2026-01-01"}}'
    return f'{{{award},"badge":"star","occurred_at":"2026-01-01"}}'


def drop_all(root: DataRoot) -> None:
    lines = [row(f"c{n}") if n % 90 else "broken" for n in range(1, ROWS)]
    root.drop("badge_awards/a.csv", "\n".join([HEADER, *lines]))
    quoted = [row(f"q{n}", '"a ""b"",\nc"' if n % 3 else "star") for n in range(ROWS)]
    root.drop("badge_awards/b.csv.zst", compressed("\n".join([HEADER, *quoted]), ".zst"))
    root.drop("badge_awards/c.jsonl", "\n".join(map(badge, range(ROWS))))
    ids = [f"p{n}" if n % 70 else None for n in range(ROWS)]
    table = badge_awards(ROWS).drop_columns("badge_award_id").append_column("badge_award_id", [ids])
    root.drop("badge_awards/d.parquet", parquet(table, row_group_size=90))
    root.drop("badge_awards/e.csv", "\n".join([HEADER, *(row(f"c{n}") for n in range(50, 150))]))


def test_pieces_of_any_size_give_the_same_rows_in_order(
    root: DataRoot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop_all(root)
    whole = root.ingest().contracts["badge_awards"]
    monkeypatch.setattr(landing.blocks, "__defaults__", (997,))
    monkeypatch.setattr(given, "BYTES_A_STATEMENT", 3_000)
    monkeypatch.setattr(connection, "ROWS_A_MORSEL", 5)
    monkeypatch.setattr(parquet_format, "ROWS_A_CHUNK", 64)
    pieces = DataRoot(tmp_path / "pieces")
    drop_all(pieces)
    entry = pieces.ingest().contracts["badge_awards"]
    assert (entry.accepted, entry.duplicates) == (whole.accepted, whole.duplicates)
    assert 1_500 < entry.accepted < entry.rows_read == 4 * ROWS - 1 + 100
    assert pieces.accepted("badge_awards") == root.accepted("badge_awards")
    assert pieces.quarantined("badge_awards") == root.quarantined("badge_awards")
    for kept in (pieces.accepted("badge_awards"), pieces.read(entry.quarantine)):
        places = [(found["_file"], found["_line"]) for found in kept]
        assert places == sorted(places)
        assert len({file for file, _ in places}) >= 3


def test_what_is_sealed_keeps_its_place(root: DataRoot) -> None:
    users = [f"u{n % 2_500},name{n % 2_600},n{n}@example.org,student" for n in range(3_000)]
    for name, part in (("a", users[:1_800]), ("b", users[1_200:])):
        root.drop(f"users/{name}.csv", "\n".join(["user_id,username,email,role", *part]))
    entry = root.ingest().contracts["users"]
    assert (entry.accepted, entry.duplicates) == (2_500, 600)
    for kept in (root.accepted("users"), root.read(entry.quarantine)):
        places = [(found["_file"], found["_line"]) for found in kept]
        assert len(places) > 400
        assert places == sorted(places)
