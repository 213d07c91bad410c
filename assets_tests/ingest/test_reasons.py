"""Every reason of quarantine in every format in which it can occur, and what quarantine keeps of the row."""

from __future__ import annotations

import csv
import io
import json

import pyarrow as pa
import pytest

from assets_tests.ingest.data_root import DataRoot, compressed, parquet, reasons, sha256

ROWS: dict[str, dict[str, str]] = {
    "fine": {},
    "missing:name": {"name": ""},
    "type:effective_at": {"effective_at": "soon"},
    "range:effective_at": {"effective_at": "2200-01-02"},
    "too_long:organization_id": {"organization_id": "x" * 256},
    "control_character:organization_id": {"organization_id": "a\x01b"},
    "timezone:timezone": {"timezone": "Mars/Olympus"},
    "conflict": {"name": "another name"},
}
ENUM = {"user_id": "u", "username": "U", "role": "pilot"}


def organizations() -> list[dict[str, str]]:
    fine = {"organization_id": "o", "name": "O", "timezone": "UTC", "effective_at": "2026-01-01"}
    return [fine | change for change in ROWS.values()]


def as_csv(rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, [*rows[0]], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def as_jsonl(rows: list[dict[str, str]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def content_of(rows: list[dict[str, str]], name: str) -> bytes:
    if name.endswith(".parquet"):
        return parquet(pa.Table.from_pylist(rows))
    text = as_csv(rows) if ".csv" in name else as_jsonl(rows)
    suffix = name[name.rindex(".") :]
    return compressed(text, suffix) if suffix in (".gz", ".zst") else text.encode()


FORMATS = ("a.csv", "a.jsonl", "a.parquet", "a.csv.gz", "a.jsonl.gz", "a.csv.zst", "a.jsonl.zst")


@pytest.mark.parametrize("name", FORMATS)
def test_every_reason_with_file_line_and_original_text(root: DataRoot, name: str) -> None:
    rows = organizations()
    content = content_of(rows, name)
    root.drop(f"organizations/{name}", content)
    root.drop(f"users/{name}", content_of([ENUM], name))
    report = root.ingest()
    entry = report.contracts["organizations"]
    assert (entry.rows_read, entry.accepted, entry.quarantined) == (len(ROWS), 1, len(ROWS) - 1)
    first_line = 2 if ".csv" in name else 1
    kept = root.quarantined("organizations")
    assert [row.reasons for row in kept] == [(reason,) for reason in ROWS if reason != "fine"]
    assert [row.line for row in kept] == [*range(first_line + 1, first_line + len(ROWS))]
    assert {row.file for row in kept} == {f"organizations/{name}"}
    assert {row.sha256 for row in kept} == {sha256(content)}
    for row, given in zip(kept, rows[1:], strict=True):
        raw = as_csv([given]).split("\n")[1] if ".csv" in name else row.raw
        assert raw == row.raw
        assert ".csv" in name or json.loads(row.raw or "") == given
    (user,) = root.quarantined("users")
    assert user.reasons == ("enum:role",)
    assert report.reasons["users", "enum:role"] == 1
    assert sum(report.reasons.values()) == len(ROWS)


@pytest.mark.parametrize("name", [name for name in FORMATS if "parquet" not in name])
def test_malformed_rows_are_kept_as_they_lie(root: DataRoot, name: str) -> None:
    text = "organization_id,name\no,O\ntoo,many,fields\nfew\n"
    lines = [3, 4]
    if ".jsonl" in name:
        text, lines = '{"organization_id":"o","name":"O"}\ntoo,many,fields\nfew\n', [2, 3]
    suffix = name[name.rindex(".") :]
    packed = compressed(text, suffix) if suffix in (".gz", ".zst") else text
    entry = root.taken("organizations", name, packed)
    assert (entry.rows_read, entry.accepted, entry.quarantined) == (3, 1, 2)
    kept = root.quarantined("organizations")
    assert [(row.line, row.reasons) for row in kept] == [(line, ("malformed",)) for line in lines]
    assert [row.raw for row in kept] == ["too,many,fields", "few"]


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_has_no_column_of_its_contract(root: DataRoot, name: str) -> None:
    row = {"skillId": "s1", "skillName": "Python"}
    assert root.taken("skills", name, content_of([row], name)).quarantined == 1
    (kept,) = root.quarantined("skills")
    assert kept.reasons == ("missing:skill_id", "missing:skill_name")


def test_a_long_line_of_something_else_in_a_good_file(root: DataRoot) -> None:
    good = '{"skill_id":"s1","skill_name":"Python"}'
    other = json.dumps({"exported_by": "a tool that signs what it writes" * 3})
    entry = root.taken("skills", "a.jsonl", f"{good}\n{other}\n")
    assert (entry.accepted, entry.quarantined) == (1, 1)


def test_all_reasons_of_a_row_are_kept_in_order(root: DataRoot) -> None:
    worst = {
        "task_assignment_id": "x" * 256 + "\x01y",
        "task_id": "",
        "user_id": "u",
        "difficulty": "11",
        "skill_match": "much",
        "assigned_at": "1969-12-31",
        "due_at": "never",
        "is_deleted": "perhaps",
    }
    for name in ("a.csv", "a.jsonl", "a.parquet"):
        root.drop(f"task_assignments/{name}", content_of([worst], name))
    root.ingest()
    wanted = (
        "control_character:task_assignment_id",
        "missing:task_id",
        "range:assigned_at",
        "range:difficulty",
        "too_long:task_assignment_id",
        "type:due_at",
        "type:is_deleted",
        "type:skill_match",
    )
    assert [row.reasons for row in root.quarantined("task_assignments")] == [wanted] * 3


def test_the_counts_of_reasons_are_those_of_quarantine(root: DataRoot) -> None:
    for name in FORMATS:
        root.drop(f"organizations/{name}", content_of(organizations(), name))
    root.drop("organizations/b.csv", b"\xff")
    report = root.ingest()
    assert {reason: count for (_, reason), count in report.reasons.items()} == reasons(
        root.quarantined("organizations")
    )
    assert report.reasons["organizations", "unreadable_file"] == 1
