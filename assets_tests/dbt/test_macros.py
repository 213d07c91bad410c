"""Formulas and dialect: each macro's value on DuckDB, worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assets_tests.dbt.harness import answers

CASES: dict[str, Any] = {
    # The documents' sample week is Sunday 2026-03-01 to Saturday 2026-03-07.
    "{{ week_start(\"date '2026-02-28'\") }}": date(2026, 2, 22),
    "{{ week_start(\"date '2026-03-01'\") }}": date(2026, 3, 1),
    "{{ week_start(\"date '2026-03-07'\") }}": date(2026, 3, 1),
    "{{ week_start(\"timestamptz '2026-03-08 00:30:00+01'\") }}": date(2026, 3, 1),
    "{{ week_start('cast(null as date)') }}": None,
    "{{ ratio('1', '3') }}": 1 / 3,
    "{{ ratio('1', '0') }}": None,
    "{{ ratio('cast(null as bigint)', '3') }}": None,
    # 0.1 + 0.2 of 0.6 in decimals is exactly a half; in doubles it is 0.5000000000000001.
    "{{ percentage('0.1 + 0.2', '0.6', scale=1) }}": 50.0,
    "{{ percentage('1.75', '2.5', scale=2) }}": 70.0,
    "{{ percentage('1', '0', scale=2) }}": None,
    "{{ decimal_of_float('cast(1.0000000015 as double)') }}": Decimal("1.000000002"),
    "{{ decimal_of_float('cast(2.5e-9 as double)') }}": Decimal("0.000000003"),
    "{{ decimal_of_float('cast(999999999.9 as double)') }}": Decimal("999999999.900000000"),
    "{{ billionths('cast(0.1 as decimal(18, 9))') }}": 100_000_000,
    "{{ billionths('cast(8999999.123456789 as decimal(18, 9))') }}": 8_999_999_123_456_789,
    "{{ billionths('cast(null as double)') }}": None,
    "{{ from_billionths('86500000001') }}": 86.500000001,
    "{{ from_billionths('-2100000000') }}": -2.1,
    # 10^37 / 3 = 3333..., 5 / 2 = 2.5, 7 / 3 = 2.33.., 8 / 3 = 2.66..
    "{{ rounded_whole_quotient(widest('10') ~ ' * 1000000000000000000 * 1000000000000000000', widest('3')) }}": (
        10**37 // 3
    ),
    "cast({{ rounded_whole_quotient(widest('5'), widest('2')) }} as bigint)": 3,
    "cast({{ rounded_whole_quotient(widest('7'), widest('3')) }} as bigint)": 2,
    "cast({{ rounded_whole_quotient(widest('8'), widest('3')) }} as bigint)": 3,
    "cast({{ rounded_whole_quotient(widest('0'), widest('3')) }} as bigint)": 0,
    "(select {{ json_string('x') }} from (values ('a\"b')) as t (x))": '"a\\"b"',
    "{{ json_string('cast(null as varchar)') }}": None,
    "{{ microseconds_between(\"timestamptz '2026-03-01 00:00:00Z'\", \"timestamptz '2026-02-28 23:59:59.5Z'\") }}": (
        -500_000
    ),
    "{{ add_days(\"date '2026-02-28'\", 1) }}": date(2026, 3, 1),
    "{{ days_between(\"date '2026-03-07'\", \"date '2026-03-01'\") }}": -6,
    "{{ iso_day_of_week(\"date '2026-03-01'\") }}": 7,
    # Clocks in Berlin go forward on 2026-03-29 at 01:00 UTC: that day begins at 23:00 UTC, the next at 22:00.
    "{{ local_day(\"timestamptz '2026-03-28 23:00:00Z'\", \"'Europe/Berlin'\") }}": date(
        2026, 3, 29
    ),
    "{{ local_midnight(\"date '2026-03-29'\", \"'Europe/Berlin'\") }}": datetime(
        2026, 3, 28, 23, tzinfo=UTC
    ),
    "{{ local_midnight(\"date '2026-03-30'\", \"'Europe/Berlin'\") }}": datetime(
        2026, 3, 29, 22, tzinfo=UTC
    ),
    # Clocks that showed midnight twice: put back by one hour, by two, by three and by half an hour.
    "{{ local_midnight(\"date '2025-10-26'\", \"'Atlantic/Azores'\") }}": datetime(
        2025, 10, 26, 0, tzinfo=UTC
    ),
    "{{ local_midnight(\"date '2014-10-26'\", \"'Asia/Chita'\") }}": datetime(
        2014, 10, 25, 14, tzinfo=UTC
    ),
    "{{ local_midnight(\"date '2019-03-17'\", \"'Antarctica/Casey'\") }}": datetime(
        2019, 3, 16, 13, tzinfo=UTC
    ),
    "{{ local_midnight(\"date '1996-10-26'\", \"'Asia/Colombo'\") }}": datetime(
        1996, 10, 25, 17, 30, tzinfo=UTC
    ),
    "(select {{ sorted_list('x') }} from (values ('b'), (null), ('a'), ('b')) as t (x))": [
        "a",
        "b",
        "b",
    ],
    "(select {{ sorted_list('x', distinct=true) }} from (values ('b'), ('Z'), ('b')) as t (x))": [
        "Z",
        "b",
    ],
    "(select {{ sorted_list('x', where='x > 1') }} from (values (1)) as t (x))": [],
    "{{ first_elements(\"['a', 'b', 'c']\", 2) }}": ["a", "b"],
    "{{ list_has(\"['a']\", \"'b'\") }}": False,
    "{{ text_list(['a', 'b']) }}": ["a", "b"],
    "{{ replace_matches(\"'a1b22'\", '[0-9]+', '-') }}": "a-b-",
    # The three latest of four, ties in time to the larger id, fields in the order asked for.
    "(select {{ last_rows(['id', 'moment'], order_by=['moment', 'id'], count=3) }}"
    " from (values ('a', 2), ('b', 1), ('d', 1), ('c', 1)) as t (id, moment))": [
        {"id": "a", "moment": 2},
        {"id": "d", "moment": 1},
        {"id": "c", "moment": 1},
    ],
    "(select {{ nth_largest('x', 2) }} from (values (1), (3), (null), (2)) as t (x))": 2,
    "(select {{ nth_largest('x', 2) }} from (values (1)) as t (x))": 1,
    "(select {{ list_in_order('x', ['p', 'x']) }} from (values ('b', 2), ('d', 1), ('c', 1), (null, 0)) as t (x, p))": [
        "c",
        "d",
        "b",
    ],
    "{{ list_any(\"['a', 'b']\", 'text', \"text > 'a'\") }}": True,
    "{{ list_any(\"['a']\", 'text', \"text > 'a'\") }}": False,
    "{{ complete_set(\"['b', 'a', 'b']\") }}": ["a", "b"],
    "{{ complete_set(\"['b', null]\") }}": None,
    "{{ complete_set('cast([] as varchar[])') }}": None,
    "{{ texts_that_apply({'b': '1 = 1', 'c': '1 = 2', 'a': '1 = 1', 'd': 'null'}) }}": ["a", "b"],
    '{{ json_ids("\'{\\"id\\":[7,\\" a \\",true,[1]]}\'", \'id\') }}': ["7", "a", None, None],
    "{{ json_ids(\"'{\\\"id\\\":42}'\", 'id') }}": ["42"],
    "{{ json_ids(\"'{}'\", 'id') }}": [None],
    '{{ json_texts("\'{\\"t\\":[\\"b\\",\\"a\\"]}\'", \'t\') }}': ["b", "a"],
    '{{ json_texts("\'{\\"t\\":[\\"b\\",1]}\'", \'t\') }}': None,
    '{{ json_text("\'{\\"t\\":\\"b\\"}\'", \'t\') }}': "b",
    "{{ json_text(\"'{\\\"t\\\":1}'\", 't') }}": None,
    "{{ json_array(\"['a', 'b']\") }}": '["a","b"]',
    "{{ iso_text(\"timestamptz '2026-03-01 00:30:00.5+01:00'\") }}": "2026-02-28T23:30:00.500000Z",
    "{{ moment_of_text(\"' 2026-03-01T10:00+0130 '\") }}": datetime(2026, 3, 1, 8, 30, tzinfo=UTC),
    "{{ moment_of_text(\"'2026-03-01 10:00:00.5'\") }}": datetime(
        2026, 3, 1, 10, 0, 0, 500_000, UTC
    ),
    "{{ moment_of_text(\"'2026-03-01'\") }}": datetime(2026, 3, 1, tzinfo=UTC),
    "{{ moment_of_text(\"'2026-03-01T24:00Z'\") }}": None,
    "{{ moment_of_text(\"'2026-02-30'\") }}": None,
    "{{ moment_of_text(\"'tomorrow'\") }}": None,
    "{{ plain_number('cast(50 as decimal(7, 4))') }}": "50",
    "{{ plain_number('cast(0.0001 as decimal(12, 4))') }}": "0.0001",
    "{{ is_within(\"'lab.kiln.example'\", \"'kiln.example'\") }}": True,
    "{{ is_within(\"'notkiln.example'\", \"'kiln.example'\") }}": False,
    # From its first moment on, up to but not including its end.
    "(select {{ is_in_force('v', 'm') }} from (values (1, 2, 1)) as v (valid_from, valid_to, m))": True,
    "(select {{ is_in_force('v', 'm') }} from (values (1, 2, 2)) as v (valid_from, valid_to, m))": False,
    "(select {{ is_in_force('v', 'm') }} from (values (1, null, 9)) as v (valid_from, valid_to, m))": True,
    "(select {{ gap_size('g.') }} from (values (-1, 3)) as g (gap_part, gap_whole))": -333_333_333_333,
    # A plan of 999,999,999 days and twenty thousand steps: 1,000 points, of which 10^12 make no number too large.
    "(select {{ gap_size('g.') }} from"
    " (values (172799998347526020000000000, 172799998347526020000000)) as g (gap_part, gap_whole))": (
        1_000_000_000_000_000
    ),
    # printf 'ann\037Ü' | sha256sum
    "{{ hashed_key([\"'ann'\", \"'Ü'\"]) }}": "b49ebd2f9810854338b4d7278f256b24469416ea2fdf58ef05bcccbaef19a468",
}


@pytest.fixture(scope="module")
def values(staged_warehouse: Path) -> dict[str, Any]:
    columns = ", ".join(f"{case} as case_{place}" for place, case in enumerate(CASES))
    [row] = answers(staged_warehouse, f"select {columns}")
    return dict(zip(CASES, row, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_macro(case: str, values: dict[str, Any]) -> None:
    assert values[case] == CASES[case]
    assert type(values[case]) is type(CASES[case])


@pytest.mark.slow
def test_each_day_has_both_ends(staged_warehouse: Path) -> None:
    days = "{{ each_day('first_day', 'last_day', step=7) }}"
    spans = (
        "(values (date '2026-03-01', date '2026-03-15'), (date '2026-03-02', date '2026-03-01'))"
    )
    sql = f"select {days} as day from {spans} as t (first_day, last_day) order by day"
    found = answers(staged_warehouse, sql)
    assert [day for (day,) in found] == [date(2026, 3, 1), date(2026, 3, 8), date(2026, 3, 15)]
