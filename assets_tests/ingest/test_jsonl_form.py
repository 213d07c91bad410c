"""Which lines of a JSONL file are known to be as a machine wrote them: all that are, and none that is not quite."""

from __future__ import annotations

import json
import random

import duckdb
import pyarrow as pa
import pytest

from assets_tests.ingest import generated
from pipelines.contracts import CONTRACTS
from pipelines.ingest.jsonl_form import Form

STEP_EVENTS = CONTRACTS["step_events"]
LONGEST = (
    '{"step_event_id":"e","step_id":"s","score":66.9,"time_on_task_ms":12,"reason":null,"note":"x"}'
)


def with_form(lines: list[str], longest: str = LONGEST) -> list[bool]:
    """Of each line whether it is known to have the form of the longest."""
    form = Form.of([longest], STEP_EVENTS)
    assert form is not None
    with duckdb.connect() as connection:
        numbers = range(len(lines))
        connection.register("lines", pa.table({"_line": pa.array(numbers), "text": lines}))
        read = connection.sql(form.reading()).to_arrow_table().sort_by("_line")
    for number, has_form in zip(numbers, read["has_form"].to_pylist(), strict=True):
        if has_form:
            values = json.loads(lines[number], parse_float=str, parse_int=str)
            for name in {*values} - form.unknown:
                value = values[name]
                text = json.dumps(value) if isinstance(value, bool) else value
                assert read[name][number].as_py() == text
    found: list[bool] = read["has_form"].to_pylist()
    return found


def test_lines_that_differ_in_their_values_only_have_the_form() -> None:
    lines = [
        LONGEST,
        LONGEST.replace("66.9", "null").replace("12", "-7"),
        LONGEST.replace('"s"', '"é, \\u2028: {}"'.replace("\\u2028", "\u2028")),
        LONGEST.replace("null", '""').replace("12", "123456789012345678901234567890"),
        LONGEST.replace("66.9", "true"),  # of no type that the column has, but as it was written
        LONGEST.replace("66.9", "1e-7"),
    ]
    assert all(with_form(lines))


@pytest.mark.parametrize(
    "other",
    [
        LONGEST.replace("66.9", "66.90"),
        LONGEST.replace("66.9", "66.90000000000000001"),
        LONGEST.replace("66.9", "669e-1"),
        LONGEST.replace("66.9", "-0"),
        LONGEST.replace("66.9", "NaN"),
        LONGEST.replace("66.9", "-inf"),
        LONGEST.replace("66.9", "Infinity"),
        LONGEST.replace("66.9", '"66.9"'),
        LONGEST.replace("66.9", "[66.9]"),
        LONGEST.replace("66.9", '{"a":1}'),
        LONGEST.replace('"s"', "1"),
        LONGEST.replace('"s"', "true"),
        LONGEST.replace('"s"', '["s"]'),
        LONGEST.replace('"s"', '"\\u0073"'),
        LONGEST.replace('"s"', '"\\\\"'),
        LONGEST.replace('"s"', '"a\\"b"'),
        LONGEST.replace('"s"', '"a\tb"'),
        LONGEST.replace("}", ",}"),
        LONGEST.replace("}", ',"score":66.9}'),
        LONGEST.replace("}", ',"other":1}'),
        LONGEST.replace(',"note":"x"', ""),
        LONGEST.replace(",", ", "),
        LONGEST.replace(":", ": "),
        LONGEST.replace('"score"', '"Score"'),
        LONGEST + "x",
        LONGEST[:-1],
        f"[{LONGEST}]",
        "null",
    ],
)
def test_any_other_line_has_not(other: str) -> None:
    assert with_form([other, LONGEST]) == [False, True]


def test_what_is_not_there_may_be_left_out_where_all_names_are_known() -> None:
    longest = LONGEST.replace(',"note":"x"', "").replace("null", '"r"')
    lines = [longest, longest.replace(',"score":66.9', ""), longest.replace("66.9", "null")]
    assert with_form(lines, longest) == [True, True, True]
    mixed = longest.replace(',"score":66.9', "").replace("12", "null")
    assert with_form([mixed], longest) == [False]


@pytest.mark.parametrize(
    "longest", ["", "[]", "{}", "5", '{"a":1,"a":2}', '{"a b":1}', '{"é":1}', '{"a":1']
)
def test_a_line_of_no_simple_form_shows_none(longest: str) -> None:
    assert Form.of([longest], STEP_EVENTS) is None
    assert Form.of([], STEP_EVENTS) is None


def test_the_files_of_machines_have_it_and_their_damaged_lines_have_not() -> None:
    counts = {True: 0, False: 0}
    for seed in range(10):
        file = generated.machine_jsonl_file(STEP_EVENTS, random.Random(seed), 100, "a.jsonl")
        lines = file.content.decode().split("\n")
        form = next(line for line in lines if Form.of([line], STEP_EVENTS) is not None)
        for has_form in with_form(lines, form):
            counts[has_form] += 1
    assert counts[True] > 100
    assert counts[False] > 100
