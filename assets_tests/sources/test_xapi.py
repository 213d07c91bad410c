"""Files of statements: their forms, what is none, what statements say together, and what is landed and reported."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from assets_tests.sources.landed import ingested, rows
from assets_tests.sources.xapi_statements import (
    COURSE,
    LESSON,
    STEP,
    STUDENT,
    VERBS,
    VIDEO,
    statement,
    verb,
    voiding,
)
from pipelines.cli import main
from pipelines.errors import CairnError
from pipelines.settings import Settings
from pipelines.sources.xapi import land_xapi
from pipelines.sources.xapi_report import Outcome, XapiReport

EPOCH = "1970-01-01 00:00:00+00"
NOON = "2026-03-01 12:00:00+00"
EVENT = "step_event_id step_id student_id event_type score time_on_task_ms session_id occurred_at"


def numbered(number: int, **changes: Any) -> dict[str, Any]:
    """A statement with an id of its own."""
    return statement(id=f"00000000-0000-4000-8000-{number:012}", **changes)


def written(tmp_path: Path, *statements: Any, name: str = "statements.json") -> Path:
    """A file of JSON lines; a text stands as it is."""
    lines = [item if isinstance(item, str) else json.dumps(item) for item in statements]
    path = tmp_path / name
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def landed(tmp_path: Path, *statements: Any) -> tuple[XapiReport, Path]:
    landing = tmp_path / "landing"
    return land_xapi(written(tmp_path, *statements), landing), landing


def events(landing: Path) -> list[str | None]:
    return [row[0] for row in rows(landing, "step_events", "step_event_id")]


def test_a_statement_lands_with_its_step_assignment_and_student(tmp_path: Path) -> None:
    report, landing = landed(tmp_path, statement())
    assert rows(landing, "assignments", "assignment_id created_at effective_at") == [
        (COURSE, EPOCH, EPOCH)
    ]
    assert rows(
        landing, "steps", "step_id assignment_id position stage target_score element_id"
    ) == [(STEP, COURSE, "0", "learn", None, LESSON)]
    students = "assignment_id student_id assigned_at effective_at"
    assert rows(landing, "assignment_students", students) == [(COURSE, STUDENT, NOON, NOON)]
    assert rows(landing, "step_events", EVENT) == [
        (
            "6690e6c9-3ef0-4ed3-8b37-7f3964730bee",
            STEP,
            STUDENT,
            "attempted",
            "80.0000",
            "60000",
            "ec531277-b57b-4c15-8d91-d292c5b2b8f7",
            NOON,
        )
    ]
    assert report.rows_out == {
        "assignments": 1,
        "steps": 1,
        "assignment_students": 1,
        "step_events": 1,
    }
    assert report.found == {"actors": (1, 1), "activities": (1, 1), "sessions": (1, 1)}


LINES = "".join(json.dumps(numbered(number)) + "\n" for number in (1, 2))
LIST = json.dumps([numbered(1), numbered(2)])
RESULT = json.dumps({"statements": [numbered(1), numbered(2)], "more": "/xapi/more?page=2"})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "more"),
    [
        (LINES, None),
        (LINES.rstrip(), None),
        ("\n \r\n" + LINES.replace("\n", "\r\n\r\n"), None),
        ("\ufeff" + LINES, None),
        (LIST, None),
        (json.dumps(json.loads(LIST), indent=2), None),
        ("\ufeff\n" + LIST, None),
        (RESULT, "/xapi/more?page=2"),
        (json.dumps(json.loads(RESULT), indent=2), "/xapi/more?page=2"),
        (json.dumps({"statements": [numbered(1), numbered(2)], "more": ""}), None),
    ],
)
@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_every_form_of_file_holds_the_same(
    tmp_path: Path, text: str, more: str | None, suffix: str
) -> None:
    compress: dict[str, Callable[[bytes], bytes]] = {
        "": bytes,
        ".gz": gzip.compress,
        ".zst": lambda content: pa.Codec("zstd").compress(content, asbytes=True),
    }
    source = tmp_path / f"statements.json{suffix}"
    source.write_bytes(compress[suffix](text.encode()))
    report = land_xapi(source, tmp_path / "landing")
    assert (report.statements, report.broken, report.more) == (2, (), more)
    assert len(events(tmp_path / "landing")) == 2
    assert ("more statements are at" in str(report)) == (more is not None)


def test_one_statement_over_several_lines_is_a_file(tmp_path: Path) -> None:
    report, _ = landed(tmp_path, json.dumps(statement(), indent=2))
    assert (report.statements, report.broken) == (1, ())


def test_broken_lines_are_named_and_the_others_land(tmp_path: Path) -> None:
    report, landing = landed(
        tmp_path,
        "{not json",
        numbered(1),
        "",
        "1",
        '{"id": NaN}',
        '{"id": 1e99999999999999999999}',
        numbered(2),
        '"text"',
        "{" * 9999,
    )
    assert [item.fault for item in report.broken] == [
        f"line {line} is no JSON object" for line in (1, 4, 5, 6, 8, 9)
    ]
    assert report.statements == len(events(landing)) == 2
    assert "no statements: 6" in str(report)
    assert "  line 4 is no JSON object" in str(report).splitlines()


def test_a_line_that_is_no_utf_8_is_named(tmp_path: Path) -> None:
    source = tmp_path / "statements.json"
    source.write_bytes(json.dumps(statement()).encode() + b'\n{"id": "\xff"}\n')
    (broken,) = land_xapi(source, tmp_path / "landing").broken
    assert broken.fault == "line 2 is no JSON object"


def test_elements_of_a_list_that_are_none_are_named_by_their_number(tmp_path: Path) -> None:
    report, _ = landed(tmp_path, json.dumps([numbered(1), "text", numbered(2), None]))
    assert [item.fault for item in report.broken] == [
        f"element {number} of the file is no JSON object" for number in (2, 4)
    ]


PAGES = [
    [numbered(1), "text", numbered(2)],
    {"statements": [numbered(3), numbered(1)], "more": "/xapi/more?page=2"},
    numbered(4),
    {"statements": [numbered(5), None], "more": ""},
]


@pytest.mark.parametrize("first", range(4))
def test_lines_that_are_lists_or_results_are_read_like_statements(
    tmp_path: Path, first: int
) -> None:
    pages = [*PAGES[first:], *PAGES[:first]]
    report, landing = landed(tmp_path, *pages)
    assert (report.statements, len(events(landing))) == (6, 5)
    assert report.more == ("/xapi/more?page=2" if first > 1 else None)
    assert {item.fault for item in report.broken} == {
        f"element 2 of line {1 + pages.index(PAGES[page])} is no JSON object" for page in (0, 3)
    }


def test_many_broken_lines_are_counted_but_not_all_shown(tmp_path: Path) -> None:
    report, _ = landed(tmp_path, statement(), *["{"] * 30)
    assert len(report.broken) == 30
    assert "  and 10 more" in str(report).splitlines()


@pytest.mark.parametrize("content", [b"", b"\n\n", b"[]", b'{"statements": []}', b"{\n{\n"])
def test_a_file_without_a_statement_lands_nothing(tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "statements.json"
    source.write_bytes(content)
    with pytest.raises(CairnError, match="holds no xAPI statement"):
        land_xapi(source, tmp_path / "landing")
    assert not (tmp_path / "landing").exists()


@pytest.mark.parametrize("name", ["statements.json.gz", "statements.json.zst", "missing.json"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    if name != "missing.json":
        (tmp_path / name).write_bytes(b"\x1f\x8b no compression")
    with pytest.raises(CairnError, match=f"{name} cannot be read"):
        land_xapi(tmp_path / name, tmp_path / "landing")
    assert not (tmp_path / "landing").exists()


def test_a_file_that_breaks_off_lands_nothing(tmp_path: Path) -> None:
    source = tmp_path / "statements.json.gz"
    whole = gzip.compress("".join(json.dumps(numbered(n)) + "\n" for n in range(2_000)).encode())
    source.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CairnError, match="cannot be read"):
        land_xapi(source, tmp_path / "landing")
    assert not (tmp_path / "landing").exists()


def test_every_statement_became_something_or_nothing_for_a_reason(tmp_path: Path) -> None:
    report, _ = landed(
        tmp_path,
        numbered(1),
        numbered(2, verb=verb("initialized")),
        numbered(3, verb=verb("initialized")),
        numbered(4, verb=verb("terminated")),
        numbered(5, actor=None),
        numbered(6, result=None),
        statement(id=None),
    )
    assert report.became == (
        Outcome(f"{VERBS}initialized", "started", 2),
        Outcome(f"{VERBS}completed", "attempted", 1),
        Outcome(f"{VERBS}completed", "started", 1),
    )
    assert report.became_nothing == (
        Outcome(f"{VERBS}completed", "it has no id", 1),
        Outcome(f"{VERBS}completed", "its actor is missing or cannot be told from others", 1),
        Outcome(f"{VERBS}terminated", "its verb becomes nothing", 1),
    )
    assert (
        Outcome(f"{VERBS}completed", "no score: the step was started, not attempted", 1)
        in report.decided
    )
    counted = sum(outcome.count for outcome in (*report.became, *report.became_nothing))
    assert counted == report.statements == 7


def test_the_same_statement_twice_is_one_event(tmp_path: Path) -> None:
    again = numbered(1, stored="2026-03-01T12:00:01Z")
    report, landing = landed(tmp_path, numbered(1), again)
    assert len(events(landing)) == 1
    assert report.became_nothing == (
        Outcome(f"{VERBS}completed", "it stands in the file before", 1),
    )


def test_of_two_statements_with_one_id_the_first_stands(tmp_path: Path) -> None:
    report, landing = landed(
        tmp_path, numbered(1), numbered(1, result={"score": {"scaled": 1}}), numbered(2)
    )
    assert rows(landing, "step_events", "score") == [("80.0000",), ("80.0000",)]
    assert report.became_nothing == (
        Outcome(f"{VERBS}completed", "its id stands in the file before, with other content", 1),
    )


@pytest.mark.parametrize("voiding_comes_first", [False, True])
def test_a_voided_statement_lands_nothing(tmp_path: Path, voiding_comes_first: bool) -> None:
    stray = {"account": {"homePage": "https://school.example", "name": "bob"}}
    voided = numbered(1, actor=stray)
    statements = [voided, voiding(voided["id"].upper())]
    if voiding_comes_first:
        statements.reverse()
    report, landing = landed(tmp_path, *statements, numbered(2))
    assert events(landing) == [numbered(2)["id"]]
    assert rows(landing, "assignment_students", "student_id") == [(STUDENT,)]
    assert report.became_nothing == (
        Outcome(f"{VERBS}completed", "it is voided", 1),
        Outcome(f"{VERBS}voided", "it voids another statement", 1),
    )
    assert report.decided == ()


def test_voiding_what_is_not_in_the_file_is_said(tmp_path: Path) -> None:
    report, landing = landed(tmp_path, voiding(numbered(1)["id"]), numbered(2))
    assert len(events(landing)) == 1
    assert report.decided == (
        Outcome(
            f"{VERBS}voided",
            "the statement it voids is not in this file; if it has landed, it stays",
            1,
        ),
    )


def test_a_voiding_statement_cannot_be_voided(tmp_path: Path) -> None:
    first = voiding(numbered(1)["id"])
    second = voiding(first["id"], id="e0000000-0000-4000-8000-000000000000")
    _, landing = landed(tmp_path, numbered(1), first, second, numbered(2))
    assert events(landing) == [numbered(2)["id"]]


def test_a_student_has_the_assignment_from_the_first_statement_of_any_verb(tmp_path: Path) -> None:
    report, landing = landed(
        tmp_path,
        numbered(1, timestamp="2026-03-03T00:00:00Z"),
        numbered(2, verb=verb("terminated"), timestamp="2026-03-02T00:00:00Z"),
    )
    first = "2026-03-02 00:00:00+00"
    columns = "student_id assigned_at effective_at"
    assert rows(landing, "assignment_students", columns) == [(STUDENT, first, first)]
    assert report.rows_out["step_events"] == 1


def test_a_step_s_stage_and_target_are_what_most_statements_say(tmp_path: Path) -> None:
    def saying(number: int, share: float | None, kind: str | None) -> dict[str, Any]:
        threshold = {} if share is None else {f"{VIDEO}completion-threshold": share}
        definition = {} if kind is None else {"definition": {"type": kind}}
        parents = {"contextActivities": {"parent": [{"id": COURSE}]}, "extensions": threshold}
        return numbered(number, context=parents, object={"id": LESSON, **definition})

    quiz, lesson = (
        f"http://adlnet.gov/expapi/activities/{kind}" for kind in ("assessment", "lesson")
    )
    _, landing = landed(
        tmp_path,
        saying(1, 0.919, lesson),
        saying(2, 0.918, quiz),
        saying(3, 0.919, quiz),
        saying(4, None, None),
        saying(5, 0.918, lesson),
        saying(6, 0.95, None),
    )
    # Twice each: the smaller target, and the stage that comes first as text.
    assert rows(landing, "steps", "step_id stage target_score") == [(STEP, "learn", "91.8000")]


def test_time_told_twice_in_a_session_is_said(tmp_path: Path) -> None:
    report, _ = landed(
        tmp_path,
        numbered(1),
        numbered(2, timestamp="2026-03-01T13:00:00Z"),
        numbered(3, context=None),
        numbered(4, context=None),
    )
    assert report.decided == (
        Outcome(f"{VERBS}completed", "its session told of time before; both times count", 1),
    )


def test_a_table_of_the_user_s_maps_more(tmp_path: Path) -> None:
    table = tmp_path / "mapping.csv"
    table.write_text(f"kind,iri,becomes\nverb,{VERBS}terminated,started\n")
    source = written(tmp_path, statement(verb=verb("terminated")))
    assert land_xapi(source, tmp_path / "shipped").rows_out["step_events"] == 0
    assert land_xapi(source, tmp_path / "extended", table).rows_out["step_events"] == 1


def test_the_same_file_gives_the_same_bytes_under_the_same_name(tmp_path: Path) -> None:
    source = written(tmp_path, *(numbered(number) for number in range(50)))
    elsewhere = written(tmp_path, source.read_text().rstrip("\n"), name="other.json")
    first, second = (land_xapi(path, tmp_path / path.stem) for path in (source, elsewhere))
    assert [path.read_bytes() for path in first.files] == [
        path.read_bytes() for path in second.files
    ]
    assert {path.name for path in first.files} == {path.name for path in second.files}
    other = land_xapi(written(tmp_path, numbered(1), name="third.json"), tmp_path / "third")
    assert {path.name for path in other.files} != {path.name for path in first.files}
    assert not list(tmp_path.rglob("*.tmp"))


@pytest.mark.slow
def test_files_that_overlap_are_ingested_as_one(tmp_path: Path) -> None:
    """Landing twice is a duplicate: the second export repeats a part of the first and goes on."""
    settings = Settings(data=tmp_path / "data")
    days = [numbered(day, timestamp=f"2026-03-{day:02}T12:00:00Z") for day in range(1, 7)]
    land_xapi(written(tmp_path, *days[:4], name="first.json"), settings.landing)
    land_xapi(written(tmp_path, *days[2:], name="second.json"), settings.landing)
    assert ingested(settings) == {
        # the same files, byte for byte: read once
        "assignments": (1, 0, 0),
        "steps": (1, 0, 0),
        # from the first file's first day, and once more from the second's
        "assignment_students": (2, 0, 0),
        "step_events": (6, 2, 0),
    }


def test_the_command_lands_and_tells(
    tmp_path: Path, data_root: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "mapping.csv"
    table.write_text(f"kind,iri,becomes\nverb,{VERBS}terminated,started\n")
    source = written(tmp_path, numbered(1), numbered(2, verb=verb("terminated")))
    arguments = ["land", "xapi", str(source), "--data", str(data_root.data)]
    assert main([*arguments, "--mapping", str(table)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[:2] == ["read:", "  statements                     2"]
    assert "became nothing:" not in told
    assert len(events(data_root.landing)) == 2
    assert main([*arguments, "--mapping", str(tmp_path / "missing.csv")]) == 1
    assert "cannot be read" in capsys.readouterr().err
