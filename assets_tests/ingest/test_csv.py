"""CSV landing files by RFC 4180, and what people make of it: lines, quotes, headers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from assets_tests.ingest.data_root import DataRoot, compressed
from pipelines.ingest import landing

HEADER = "badge_award_id,student_id,badge,occurred_at"


def row(key: str, badge: str = "star") -> str:
    return f"{key},u,{badge},2026-01-01"


def lines_and_badges(root: DataRoot) -> list[tuple[int, str]]:
    return [(found["_line"], found["badge"]) for found in root.accepted("badge_awards")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_record_is_known_by_the_line_it_starts_on(root: DataRoot, end: str) -> None:
    lines = [
        "",
        " \t\u3000",
        HEADER,
        row("a", f'"two{end}lines, {end}{end}and ""five"""'),
        "",
        row("b"),
        f'c,u,"x{end}y"',
        "\u2028",
        row("d", '"",""').replace('"",""', '""'),
        f'e,u,"{end}{end}",2026-13-01',
        row("f", '"a"'),
    ]
    for ending in ("", end):
        root.drop(f"badge_awards/end{len(ending)}.csv", "\ufeff" + end.join(lines) + ending)
    entry = root.ingest().contracts["badge_awards"]
    assert (entry.rows_read, entry.accepted, entry.duplicates, entry.quarantined) == (12, 3, 3, 6)
    badge = f'two{end}lines, {end}{end}and "five"'
    assert lines_and_badges(root) == [(4, badge), (9, "star"), (17, "a")]
    kept = [(found.line, found.reasons, found.raw) for found in root.quarantined("badge_awards")][
        :3
    ]
    assert kept == [
        (10, ("malformed",), f'c,u,"x{end}y"'),
        (13, ("missing:badge",), 'd,u,"",2026-01-01'),
        (14, ("type:occurred_at",), f'e,u,"{end}{end}",2026-13-01'),
    ]


def test_stray_quotes_are_read_as_is_customary(root: DataRoot) -> None:
    lines = [
        HEADER,
        row("a", '5" screen'),
        row("b", '"quoted" and more'),
        row("c", '"two\nlines"'),
        row("d", ' "blank before"'),
        "",
        row("e", '"said ""yes"""'),
        "too,few",
        "\0end of file",
        row("f", ""),
    ]
    root.taken("badge_awards", "stray.csv", "\n".join(lines))
    assert lines_and_badges(root) == [
        (2, '5" screen'),
        (3, "quoted and more"),
        (4, "two\nlines"),
        (6, ' "blank before"'),
        (8, 'said "yes"'),
    ]
    kept = [(found.line, found.reasons, found.raw) for found in root.quarantined("badge_awards")]
    assert kept == [
        (9, ("malformed",), "too,few"),
        (10, ("malformed",), "\0end of file"),
        (11, ("missing:badge",), row("f", "")),
    ]


UNREADABLE = {
    "a name twice": HEADER + ",badge\n" + row("a") + ",x\n",
    "a name twice, once trimmed": HEADER + ", badge \n" + row("a") + ",x\n",
    "a quote never closed": HEADER + "\n" + row("a") + "\n" + row("b", '"open') + "\n" + row("c"),
    "a quote never closed after a stray one": HEADER
    + "\n"
    + row("a", '5"')
    + "\n"
    + row("b", '"open'),
    "a quote that opens at the end": HEADER + "\n" + row("a") + '\nb,u,"',
    "not UTF-8": (HEADER + "\n" + row("a", "caf\xe9")).encode("latin-1"),
    "not UTF-8 after a stray quote": (HEADER + "\n" + row("a", 'caf\xe9"')).encode("latin-1"),
    "UTF-16": (HEADER + "\n" + row("a")).encode("utf-16"),
    "half a character at the end": (HEADER + "\n" + row("a", "caf\u00e9")).encode()[:-12],
}


def test_what_cannot_be_read_is_one_row_at_line_0(root: DataRoot) -> None:
    for place, content in enumerate(UNREADABLE.values()):
        root.drop(f"badge_awards/{place}.csv", content)
    entry = root.ingest().contracts["badge_awards"]
    assert (entry.rows_read, entry.quarantined) == (len(UNREADABLE), len(UNREADABLE))
    found = {kept.file: (kept.line, kept.reasons) for kept in root.quarantined("badge_awards")}
    for place, name in enumerate(UNREADABLE):
        assert found[f"badge_awards/{place}.csv"] == (0, ("unreadable_file",)), name


def test_files_without_rows_are_no_rows(root: DataRoot) -> None:
    empty = {
        "zero.csv": b"",
        "blank.csv": b"\n \r\n\t\n",
        "mark.csv": b"\xef\xbb\xbf",
        "header.csv": HEADER.encode(),
    }
    empty |= {
        "zero.jsonl": b"\n",
        "quoted.csv": b'"' + HEADER.replace(",", '","').encode() + b'"\r\n',
    }
    for suffix in (".gz", ".zst"):
        empty |= {
            f"zero.csv{suffix}": compressed(b"", suffix),
            f"bare.jsonl{suffix}": compressed(b" ", suffix),
        }
    for name, content in empty.items():
        root.drop(f"badge_awards/{name}", content)
    entry = root.ingest().contracts["badge_awards"]
    assert (len(entry.files), entry.rows_read, entry.segment, entry.quarantine) == (
        len(empty),
        0,
        None,
        None,
    )
    assert root.ingest().batch is None


def test_zero_bytes_on_disk_are_no_rows_whatever_the_suffix(root: DataRoot) -> None:
    for name in ("a.csv", "a.jsonl", "a.csv.gz", "a.jsonl.zst"):
        root.drop(f"badge_awards/{name}", b"")
    entry = root.ingest().contracts["badge_awards"]
    assert (len(entry.files), entry.rows_read) == (1, 0)


def test_header_names_are_trimmed_in_any_order_and_strangers_are_reported_once(
    root: DataRoot,
) -> None:
    header = ' occurred_at\t, note ,badge,"student_id ",\u00a0badge_award_id,Badge'
    lines = [header, "2026-01-01,n,star,u,a,B", "2026-01-01,n,star,u,b,B"]
    root.drop("badge_awards/a.csv", "\n".join(lines))
    report = root.ingest()
    assert lines_and_badges(root) == [(2, "star"), (3, "star")]
    assert report.ignored_columns == {"badge_awards/a.csv": ("Badge", "note")}


def test_a_missing_required_column_quarantines_every_row_but_tombstones(root: DataRoot) -> None:
    lines = ["organization_id,is_deleted", "a,", "b,true", "c,false"]
    root.taken("organizations", "o.csv", "\n".join(lines))
    assert [found["organization_id"] for found in root.accepted("organizations")] == ["b"]
    kept = [(found.line, found.reasons) for found in root.quarantined("organizations")]
    assert kept == [(2, ("missing:name",)), (4, ("missing:name",))]


def test_records_across_blocks_keep_their_lines(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [HEADER]
    for number in range(60):
        badge = (
            f'"line one\r\nline, two of {number}"' if number % 3 else "\u00e9" * (number % 7 + 1)
        )
        lines.append(row(f"b{number}", badge))
    content = "\r\n".join(lines)
    root.taken("badge_awards", "whole.csv", content)
    whole = lines_and_badges(root)
    small = DataRoot(root.settings.data / "small")
    monkeypatch.setattr(landing.blocks, "__defaults__", (171,))
    small.taken("badge_awards", "whole.csv", content)
    assert lines_and_badges(small) == whole
    assert len(whole) == 60


def test_rows_after_a_stray_quote_are_no_record_without_end(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landing, "LONGEST_RECORD", 1000)
    monkeypatch.setattr(landing.blocks, "__defaults__", (171,))
    rows = [row(f"b{number}", "star") for number in range(200)]
    content = "\n".join([HEADER, row("a", '5" screen'), *rows])
    entry = root.taken("badge_awards", "screen.csv", content)
    assert (entry.rows_read, entry.accepted) == (201, 201)


STRAY = row("a", '5"').encode() + b"\n"
ENDLESS = {
    "bomb.csv.zst": b" " * (20 * 2**20),
    "bomb.jsonl.gz": b" " * (20 * 2**20),
    "line after a stray quote.csv.gz": STRAY + b" " * (20 * 2**20),
    "field after a stray quote.csv.zst": STRAY + b'b,u,"' + b"x\n" * (2 * 2**20) + b'",2026-01-01',
}


@pytest.mark.parametrize("name", ENDLESS)
def test_a_record_without_end_is_given_up(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(landing, "LONGEST_RECORD", 2**20)
    content = compressed(HEADER.encode() + b"\n" + ENDLESS[name], f".{name.rpartition('.')[2]}")
    entry = root.taken("badge_awards", name, content)
    assert (entry.rows_read, entry.quarantined) == (1, 1)


def test_a_long_record_is_looked_at_once(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    frombuffer = np.frombuffer

    def noted(buffer: Any, *options: Any) -> Any:
        seen.append(len(buffer))
        return frombuffer(buffer, *options)

    monkeypatch.setattr(landing.blocks, "__defaults__", (1000,))
    monkeypatch.setattr(np, "frombuffer", noted)
    content = f"{HEADER}\n" + row("a", '"' + "two\nlines, " * 10_000 + '"')
    assert root.taken("badge_awards", "a.csv", content).accepted == 1
    assert sum(seen) < 5 * len(content)
