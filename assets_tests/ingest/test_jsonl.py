"""JSONL landing files, strict: one object per line, numbers as they are written."""

from __future__ import annotations

from decimal import Decimal

from assets_tests.ingest.data_root import DataRoot, compressed

GOOD = '{"badge_award_id":"ID","student_id":"u","badge":"star","occurred_at":"2026-01-01"}'


def good(key: str) -> str:
    return GOOD.replace("ID", key)


def test_lines_are_counted_and_blank_ones_are_no_rows(root: DataRoot) -> None:
    text = "\ufeff" + good("a") + "\r\n\r\n \t\u2003\n  " + good("b") + " \n\n" + good("c")
    for suffix in ("", ".gz", ".zst"):
        content = text.replace('"u"', f'"u{suffix}"').replace('_id":"', f'_id":"{suffix}')
        root.drop(
            f"badge_awards/a.jsonl{suffix}", compressed(content, suffix) if suffix else content
        )
    entry = root.ingest().contracts["badge_awards"]
    assert (entry.rows_read, entry.accepted) == (9, 9)
    assert sorted(row["_line"] for row in root.accepted("badge_awards")) == [
        1,
        1,
        1,
        4,
        4,
        4,
        6,
        6,
        6,
    ]


def test_what_is_no_object_is_malformed_and_kept_as_it_was(root: DataRoot) -> None:
    broken = [
        "[]",
        "null",
        '"text"',
        "1",
        "{",
        "not json",
        '{"a":1,}',
        "{'a':1}",
        '{"a":NaN}',
        '{"a":[-Infinity]}',
        '{"a":1} {"b":2}',
        '{"a":01}',
        '{"a":"\t"}',
        '{"a":"\\ud800"}',
        "\x00",
        good("d")[:-1] + ',"badge_award_id":"e"}',
    ]
    root.taken("badge_awards", "a.jsonl", "\n".join([good("a"), *broken, good("b")]))
    rows = root.quarantined("badge_awards")
    assert [row.raw for row in rows] == broken
    assert {row.reasons for row in rows} == {("malformed",)}
    assert [row.line for row in rows] == [*range(2, len(broken) + 2)]
    assert [row["_line"] for row in root.accepted("badge_awards")] == [1, len(broken) + 2]


def test_numbers_are_taken_as_they_are_written(root: DataRoot) -> None:
    written = ["7", "-0", "1.0", "1e3", "0.10", "12345678901234567890123", "1.2345678901234567890"]
    lines = [good("x").replace('"x"', number) for number in written]
    root.drop("badge_awards/a.jsonl", "\n".join(lines))
    scores = {
        "12.5": Decimal("12.5"),
        "1250e-2": Decimal("12.5"),
        "50.00000000000001": "type:max_points",
        "12345678.00000000001": "type:max_points",
        "12345678.5000": Decimal("12345678.5"),
        "123456789.5": "range:max_points",
        "99999999.99990000000000000000": Decimal("99999999.9999"),
    }
    root.drop(
        "assessments/a.jsonl",
        "\n".join(
            f'{{"assessment_id":"{n}","lecture_id":"l","title":"T","max_points":{score}}}'
            for n, score in enumerate(scores)
        ),
    )
    root.ingest()
    assert [row["badge_award_id"] for row in root.accepted("badge_awards")] == written
    found: dict[int, object] = {
        row["_line"]: row["max_points"] for row in root.accepted("assessments")
    }
    found |= {row.line: row.reasons[0] for row in root.quarantined("assessments")}
    assert [found[line] for line in sorted(found)] == [*scores.values()]


def test_values_of_another_type(root: DataRoot) -> None:
    lines = {
        good("a").replace('"u"', "true"): ("type:student_id",),
        good("b").replace('"u"', "[1]"): ("type:student_id",),
        good("c").replace('"u"', "{}"): ("type:student_id",),
        good("d").replace('"star"', "[]"): ("type:badge",),
        good("e").replace('"2026-01-01"', "1767225600"): ("type:occurred_at",),
        good("f").replace('"u"', "null").replace('"star"', '""'): (
            "missing:badge",
            "missing:student_id",
        ),
        good("g").replace('"star"', "5"): (),
        good("h").replace('"star"', "false"): (),
    }
    root.taken("badge_awards", "a.jsonl", "\n".join(lines))
    found = {row.line: row.reasons for row in root.quarantined("badge_awards")}
    assert [found.get(line, ()) for line in range(1, len(lines) + 1)] == [*lines.values()]
    assert [row["badge"] for row in root.accepted("badge_awards")] == ["5", "false"]


def test_lists_and_objects_come_as_they_are_or_as_text(root: DataRoot) -> None:
    start = '{"user_id":"u","employer_id":"e","starts_on":"2026-01-01","ends_on":"2026-01-02",'
    lines = [
        start + '"internship_instance_id":"a","workdays":["Tue","MON"]}',
        start + '"internship_instance_id":"b","workdays":"[\\"tue\\",\\"mon\\"]"}',
        start + '"internship_instance_id":"c","workdays":[]}',
        start + '"internship_instance_id":"d","workdays":"mon|tue"}',
        start + '"internship_instance_id":"e","workdays":["mon",1]}',
    ]
    root.drop("internships/i.jsonl", "\n".join(lines))
    objects = ['{"b":1e0,"a":[]}', '"{\\"a\\":[],\\"b\\":1}"', "[]", '"x"', "1"]
    root.drop(
        "projects/p.jsonl",
        "\n".join(f'{{"project_id":"{n}","metadata":{value}}}' for n, value in enumerate(objects)),
    )
    root.ingest()
    weekdays = sorted(["mon", "tue", "wed", "thu", "fri"])
    found = [row["workdays"] for row in root.accepted("internships")]
    assert found == [["mon", "tue"], ["mon", "tue"], weekdays]
    reasons = [row.reasons for row in root.quarantined("internships")]
    assert reasons == [("type:workdays",), ("type:workdays",)]
    assert [row["metadata"] for row in root.accepted("projects")] == ['{"a":[],"b":1}'] * 2
    assert [row.line for row in root.quarantined("projects")] == [3, 4, 5]


def test_numbers_of_any_length_are_numbers(root: DataRoot) -> None:
    digits = "7" * 5_000
    lines = [
        good("x")[:-1].replace('"x"', "1.10") + f',"extra":{digits}}}',
        good("x").replace('"x"', digits),
        good("y").replace('"star"', '"a: nan"')[:-1] + f',"extra":[{digits}]}}',
    ]
    root.taken("badge_awards", "a.jsonl", "\n".join(lines))
    assert [row["badge_award_id"] for row in root.accepted("badge_awards")] == ["1.10", "y"]
    (rejected,) = root.quarantined("badge_awards")
    assert rejected.reasons == ("too_long:badge_award_id",)


def test_deep_nesting_is_no_danger(root: DataRoot) -> None:
    deep = "[" * 200_000 + "]" * 200_000
    lines = [good("a")[:-1] + f',"extra":{deep}}}', good("b").replace('"u"', deep), deep]
    entry = root.taken("badge_awards", "a.jsonl", "\n".join(lines))
    assert (entry.rows_read, entry.accepted, entry.quarantined) == (3, 1, 2)
    assert [row.reasons for row in root.quarantined("badge_awards")] == [
        ("type:student_id",),
        ("malformed",),
    ]


def test_not_utf_8_is_unreadable_whole(root: DataRoot) -> None:
    entry = root.taken("badge_awards", "a.jsonl", good("a").encode() + b'\n{"badge":"caf\xe9"}\n')
    assert (entry.rows_read, entry.accepted) == (1, 0)
    (row,) = root.quarantined("badge_awards")
    assert (row.line, row.reasons) == (0, ("unreadable_file",))
