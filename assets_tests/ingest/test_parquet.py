"""Parquet landing files: typed columns are taken as they are, and nothing that a producer can write ends the run."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from assets_tests.ingest.data_root import DataRoot, parquet
from assets_tests.ingest.test_landing import SYSTEM_ERRORS
from pipelines.errors import CairnError
from pipelines.ingest import parquet_format

FIRST = 1_767_225_600  # 2026-01-01T00:00Z in seconds


def badge_awards(rows: int = 1, /, **columns: pa.Array) -> pa.Table:
    """A table of badge awards that would be accepted, some of its columns replaced."""
    given = {
        "badge_award_id": pa.array([f"b{n}" for n in range(rows)]),
        "student_id": pa.array(["u"] * rows),
        "badge": pa.array(["star"] * rows),
        "occurred_at": pa.array([datetime(2026, 1, 1)] * rows, pa.timestamp("us")),
    }
    return pa.table(given | columns)


def test_typed_values_are_taken_as_they_are(root: DataRoot) -> None:
    root.taken(
        "participations",
        "p.parquet",
        pa.table(
            {
                "participation_id": pa.array([1.0, 2.0**60, 3.0]),
                "assessment_id": pa.array([7, 8, 9], pa.int64()),
                "user_id": pa.array(["u", "v", "w"]).dictionary_encode(),
                "status": pa.array(["Reviewed", "reviewed ", "ABSENT"], pa.large_string()),
                "points": pa.array(
                    [Decimal("1.5000"), Decimal("2.2500"), None], pa.decimal128(20, 4)
                ),
                "submitted_at": pa.array(
                    [FIRST * 10**9 + 1999] * 3, pa.timestamp("ns", "Asia/Tokyo")
                ),
                "occurred_at": pa.array([date(2026, 1, 1)] * 3),
                "actor_id": pa.array([uuid.UUID(int=5).bytes] * 3, pa.uuid()),
            }
        ),
    )
    rows = root.accepted("participations")
    assert [row["participation_id"] for row in rows] == ["1", str(2**60), "3"]
    assert [row["assessment_id"] for row in rows] == ["7", "8", "9"]
    assert [row["user_id"] for row in rows] == ["u", "v", "w"]
    assert [row["status"] for row in rows] == ["reviewed", "reviewed", "absent"]
    assert [row["points"] for row in rows] == [Decimal("1.5"), Decimal("2.25"), None]
    assert {row["submitted_at"] for row in rows} == {datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC)}
    assert {row["occurred_at"] for row in rows} == {datetime(2026, 1, 1, tzinfo=UTC)}
    assert {row["actor_id"] for row in rows} == {str(uuid.UUID(int=5))}


def test_numbers_lists_objects_and_truths(root: DataRoot) -> None:
    root.drop(
        "steps/s.parquet",
        parquet(
            pa.table(
                {
                    "step_id": pa.array([1, 2, 3, 4], pa.uint8()),
                    "assignment_id": pa.array(["a"] * 4, pa.string_view()),
                    "position": pa.array([1.0, 2.5, float("nan"), 1e20]),
                    "is_required": pa.array([True, False, None, True]),
                    "target_score": pa.array([55.1, 99.9999, 50.0, 0.5], pa.float32()),
                }
            )
        ),
    )
    root.drop(
        "registration_policies/r.parquet",
        parquet(
            pa.table(
                {
                    "policy_id": pa.array(["p", "q"]),
                    "campaign_id": pa.array(["c", "c"]),
                    "kind": pa.array([1, 2]),
                    "phase": pa.array(["both", "both"]),
                    "position": pa.array([1, 2], pa.int16()),
                    "config": pa.array([{"b": [1], "a": 2.0}, None]),
                }
            )
        ),
    )
    root.ingest()
    steps = root.accepted("steps")
    (step,) = steps
    assert (step["step_id"], step["position"], step["is_required"]) == ("1", 1, True)
    assert step["target_score"] == Decimal("55.1")
    assert [row.reasons for row in root.quarantined("steps")] == [
        ("type:position",),
        ("type:position",),
        ("range:position",),
    ]
    policies = root.accepted("registration_policies")
    assert [row["kind"] for row in policies] == ["1", "2"]
    assert [row["config"] for row in policies] == ['{"a":2,"b":[1]}', None]


FAULTS: dict[str, tuple[dict[str, pa.Array], tuple[str, ...]]] = {
    "NaN in an id": ({"student_id": pa.array([float("nan")])}, ("type:student_id",)),
    "infinity in an id": ({"student_id": pa.array([float("inf")])}, ("type:student_id",)),
    "a truth in an id": ({"student_id": pa.array([True])}, ("type:student_id",)),
    "a list in an id": ({"student_id": pa.array([["u"]])}, ("type:student_id",)),
    "an object in a text": ({"badge": pa.array([{"a": 1}])}, ("type:badge",)),
    "a null id": ({"student_id": pa.nulls(1)}, ("missing:student_id",)),
    "a number in a timestamp": ({"occurred_at": pa.array([FIRST])}, ("type:occurred_at",)),
    "a time in a timestamp": (
        {"occurred_at": pa.array([5], pa.time64("us"))},
        ("type:occurred_at",),
    ),
    "seconds far beyond the calendar": (
        {"occurred_at": pa.array([2**62 // 1000], pa.timestamp("ms"))},
        ("range:occurred_at",),
    ),
    "milliseconds that overflow into our days": (
        {"occurred_at": pa.array([(2**64 + FIRST * 10**6) // 1000], pa.timestamp("ms"))},
        ("range:occurred_at",),
    ),
    "the first microsecond of all": (
        {"occurred_at": pa.array([-(2**63)], pa.timestamp("us"))},
        ("range:occurred_at",),
    ),
    "the last microsecond of all": (
        {"occurred_at": pa.array([2**63 - 1], pa.timestamp("us"))},
        ("range:occurred_at",),
    ),
    "a nanosecond before 1970": (
        {"occurred_at": pa.array([-1], pa.timestamp("ns"))},
        ("range:occurred_at",),
    ),
    "the last day of all": (
        {"occurred_at": pa.array([2**31 - 1], pa.int32()).cast(pa.date32())},
        ("range:occurred_at",),
    ),
}


def test_values_of_no_meaning_are_quarantined_with_their_row(root: DataRoot) -> None:
    for place, (columns, _) in enumerate(FAULTS.values()):
        unique = pa.table({**columns, "place": [place]})
        table = badge_awards(1, **{name: unique[name] for name in unique.column_names})
        root.drop(f"badge_awards/{place:02}.parquet", table)
    root.ingest()
    found = {row.file: (row.line, row.reasons) for row in root.quarantined("badge_awards")}
    for place, (name, (_, reasons)) in enumerate(FAULTS.items()):
        assert found[f"badge_awards/{place:02}.parquet"] == (1, reasons), name


def test_a_timestamp_in_a_date_column_is_type(root: DataRoot) -> None:
    table = pa.table(
        {
            "internship_instance_id": ["i", "i", "i"],
            "day": pa.array([datetime(2026, 1, 1)] * 3, pa.timestamp("ms")),
        }
    )
    root.taken("internship_days_off", "d.parquet", table)
    found = [(row.line, row.reasons) for row in root.quarantined("internship_days_off")]
    assert found == [(1, ("type:day",)), (2, ("type:day",)), (3, ("type:day",))]


EXOTIC: tuple[pa.Array, ...] = (
    pa.array([1.5], pa.float16()),
    pa.array([Decimal("1.5")], pa.decimal256(50, 3)),
    pa.array([Decimal("1.5")], pa.decimal32(5, 1)),
    pa.array(["u"], pa.large_string()),
    pa.array([b"u"], pa.binary()),
    pa.array([b"u"], pa.large_binary()),
    pa.array([b"u"], pa.binary_view()),
    pa.array([b"abcd"], pa.binary(4)),
    pa.array([["a"]], pa.large_list(pa.string())),
    pa.array([["a", "b"]], pa.list_(pa.string(), 2)),
    pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
    pa.array([5], pa.duration("us")),
    pa.array([5], pa.time32("s")),
    pa.array([86_400_000], pa.date64()),
    pa.array([[float("nan")]]),
    pa.array([[2**62]], pa.list_(pa.timestamp("ms"))),
    pa.nulls(1),
)


def test_no_type_of_column_ends_the_run(root: DataRoot) -> None:
    for place, array in enumerate(EXOTIC):
        columns = dict.fromkeys(("student_id", "badge", "occurred_at", "extra"), array)
        table = badge_awards(1, badge_award_id=pa.array([f"b{place}"]), **columns)
        root.drop(f"badge_awards/{place}.parquet", table)
    entry = root.ingest().contracts["badge_awards"]
    assert entry.rows_read == len(EXOTIC)
    assert [row.file for row in root.quarantined("badge_awards") if row.line == 0] == []


UNWRITABLE: tuple[pa.Array, ...] = (
    pa.array([[("a", 1)], [("a", 1), ("a", 2)], None], pa.map_(pa.string(), pa.int64())),
    pa.array([{"a": 0}, {"a": 2**62}, None], pa.struct([("a", pa.timestamp("ms"))])),
)


def test_a_value_that_nobody_can_write_rejects_its_row_alone(root: DataRoot) -> None:
    for place, values in enumerate(UNWRITABLE):
        table = pa.table(
            {"project_id": [f"p{place}-{row}" for row in range(3)], "metadata": values}
        )
        root.drop(f"projects/{place}.parquet", table)
        badges = pa.array([f"b{place}-{row}" for row in range(3)])
        table = badge_awards(3, badge_award_id=badges, badge=values)
        root.drop(f"badge_awards/{place}.parquet", table)
    root.ingest()
    assert {row["project_id"]: row["metadata"] for row in root.accepted("projects")} == {
        "p0-0": '{"a":1}',
        "p0-2": None,
        "p1-0": '{"a":"1970-01-01 00:00:00"}',
        "p1-2": None,
    }
    of_projects = root.quarantined("projects")
    assert [(row.line, row.reasons) for row in of_projects] == [(2, ("type:metadata",))] * 2
    # Text must not hold objects anyway, and here must not be missing.
    of_badges = root.quarantined("badge_awards")
    assert [(row.line, row.reasons) for row in of_badges] == [
        (1, ("type:badge",)),
        (2, ("type:badge",)),
        (3, ("missing:badge",)),
    ] * 2


def test_the_machines_time_zone_is_in_no_value(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = duckdb.connect

    def connect_in_new_york(*args: Any, **options: Any) -> duckdb.DuckDBPyConnection:
        connection = connect(*args, **options)
        connection.execute("set global TimeZone = 'America/New_York'")
        return connection

    moment = pa.scalar(FIRST, pa.timestamp("s", "UTC"))
    metadata = pa.StructArray.from_arrays([pa.array([moment, moment])], ["since"])
    table = pa.table({"project_id": ["p", ""], "metadata": metadata})
    monkeypatch.setattr(duckdb, "connect", connect_in_new_york)
    root.taken("projects", "p.parquet", table)
    said = '{"since":"2026-01-01 00:00:00+00"}'
    assert [row["metadata"] for row in root.accepted("projects")] == [said]
    assert [json.loads(row.raw or "")["metadata"] for row in root.quarantined("projects")] == [
        json.loads(said)
    ]


def test_moments_of_old_writers_are_those_they_wrote(root: DataRoot) -> None:
    """INT96 reaches from 4713 BC to millions of years; nanoseconds only from 1677 to 2262."""
    moments = [datetime(1500, 1, 1), datetime(2600, 1, 1), datetime(2026, 1, 1, 0, 0, 0, 7)]
    table = badge_awards(3, occurred_at=pa.array(moments, pa.timestamp("us")))
    content = parquet(table, use_deprecated_int96_timestamps=True)
    root.taken("badge_awards", "int96.parquet", content)
    assert [row["occurred_at"] for row in root.accepted("badge_awards")] == [
        datetime(2026, 1, 1, 0, 0, 0, 7, tzinfo=UTC)
    ]
    rejected = root.quarantined("badge_awards")
    assert [row.reasons for row in rejected] == [("range:occurred_at",)] * 2
    kept = [json.loads(row.raw or "")["occurred_at"] for row in rejected]
    assert kept == ["1500-01-01 00:00:00", "2600-01-01 00:00:00"]


STRANGERS: tuple[pa.Array, ...] = (
    pa.array([b"\x89PNG\xff", b""], pa.binary()),
    pa.array([[1.5], []], pa.list_(pa.float16())),
    pa.array([2**62, 1], pa.duration("s")),
    pa.array([[2**62], []], pa.list_(pa.timestamp("ms"))),
    pa.array(["{}", ""], pa.json_()),
    # The rejected row is the one that DuckDB cannot write.
    pa.array([[], [2**62]], pa.list_(pa.timestamp("ms"))),
)


def test_what_no_contract_names_stops_no_row(root: DataRoot) -> None:
    for place, array in enumerate(STRANGERS):
        badges = pa.array([f"b{place}", f"c{place}"])
        days = pa.array(["2026-01-01", "never"])
        table = badge_awards(2, badge_award_id=badges, occurred_at=days, stranger=array)
        root.drop(f"badge_awards/{place}.parquet", table)
    report = root.ingest()
    assert report.contracts["badge_awards"].accepted == len(STRANGERS)
    assert set(report.ignored_columns.values()) == {("stranger",)}
    rejected = root.quarantined("badge_awards")
    assert [(row.line, row.reasons) for row in rejected] == [(2, ("type:occurred_at",))] * 6
    texts = [json.loads(row.raw or "") for row in sorted(rejected, key=lambda row: row.file)]
    assert [text["badge_award_id"] for text in texts] == [f"c{place}" for place in range(6)]
    assert [text["stranger"] for text in texts] == [
        "b''",
        "[]",
        "00:00:01",
        [],
        "",
        "(a value that cannot be written)",
    ]


def test_names_are_exact_and_extra_columns_shadow_nothing(root: DataRoot) -> None:
    table = badge_awards(
        1,
        STUDENT_ID=pa.array(["not me"]),
        rows=pa.array([1]),
        _raw=pa.array(["x"]),
        **{"it's": pa.array([2]), "occurred_at": pa.array(["never"])},
    )
    root.drop("badge_awards/bad.parquet", table.select([*reversed(table.column_names)]))
    good = badge_awards(1, STUDENT_ID=pa.array(["not me"]), rows=pa.array([1]))
    root.drop("badge_awards/good.parquet", good.select([*reversed(good.column_names)]))
    report = root.ingest()
    assert [row["student_id"] for row in root.accepted("badge_awards")] == ["u"]
    (row,) = root.quarantined("badge_awards")
    assert row.reasons == ("type:occurred_at",)
    wanted: dict[str, Any] = {"STUDENT_ID": "not me", "rows": 1, "_raw": "x", "it's": 2}
    wanted |= {"badge_award_id": "b0", "student_id": "u", "badge": "star", "occurred_at": "never"}
    assert json.loads(row.raw or "") == wanted
    ignored = report.ignored_columns["badge_awards/bad.parquet"]
    assert ignored == ("STUDENT_ID", "_raw", "it's", "rows")


def test_rows_are_counted_from_one_across_row_groups(root: DataRoot) -> None:
    days = pa.array(["2026-01-01", "x", "2026-01-01", "2026-01-01", "x"])
    content = parquet(badge_awards(5, occurred_at=days), row_group_size=2)
    entry = root.taken("badge_awards", "groups.parquet", content)
    assert (entry.rows_read, entry.accepted) == (5, 3)
    assert [row.line for row in root.quarantined("badge_awards")] == [2, 5]
    assert [row["_line"] for row in root.accepted("badge_awards")] == [1, 3, 4]


@pytest.mark.parametrize("damage", ["empty", "no footer", "text", "column twice", "not UTF-8"])
def test_a_file_that_cannot_be_read_is_one_row_at_line_0(root: DataRoot, damage: str) -> None:
    content = parquet(badge_awards(3))
    twice = pa.table([pa.array(["a"]), pa.array(["b"])], names=["badge", "badge"])
    latin = badge_awards(1, badge=pa.array([b"caf\xe9"]))
    damaged = {
        "empty": b"",
        "no footer": content[:-20],
        "text": b"badge_award_id,student_id\n",
        "column twice": parquet(twice),
        "not UTF-8": parquet(latin),
    }[damage]
    entry = root.taken("badge_awards", "x.parquet", damaged)
    assert (entry.rows_read, entry.quarantined) == (1, 1)
    (row,) = root.quarantined("badge_awards")
    assert (row.line, row.reasons, row.raw) == (0, ("unreadable_file",), None)


@pytest.mark.parametrize("error", SYSTEM_ERRORS, ids=repr)
@pytest.mark.parametrize(
    ("place", "calls"), [("_plain", 0), ("_plain", 4), ("write", 0), ("write", 1)]
)
def test_a_machine_that_fails_makes_no_file_unreadable(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch, error: Exception, place: str, calls: int
) -> None:
    """While rows are read, or while the text of one that is rejected is looked for."""
    home: Any = parquet_format if place == "_plain" else parquet_format.Writer
    original = getattr(home, place)
    answers = iter([original] * calls)

    def fail(*_: object) -> None:
        raise type(error)(*error.args)

    days = pa.array(["2026-01-01", "never"])
    root.drop("badge_awards/a.parquet", badge_awards(2, badge=pa.array([1, 2]), occurred_at=days))
    with monkeypatch.context() as patched:
        patched.setattr(home, place, lambda *args: next(answers, fail)(*args))
        with pytest.raises(CairnError, match="nothing was committed"):
            root.ingest()
    assert root.ledger.position == 0
    assert root.ingest().contracts["badge_awards"].accepted == 1
