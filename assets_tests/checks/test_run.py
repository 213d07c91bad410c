"""The frame of the checks: each kind goes red, counts, shows examples, and lets the others run."""

from __future__ import annotations

import json
from collections.abc import Iterator

import duckdb
import pandera.polars as pa
import polars as pl
import pytest

from pipelines.checks import DOMAINS, MODELS, RULES
from pipelines.checks.frames import validate
from pipelines.checks.result import EXAMPLES, LONGEST_EXAMPLE
from pipelines.checks.rule import Rule
from pipelines.checks.run import check_all, check_rule, check_values
from pipelines.contracts import CONTRACTS


class Scores(pa.DataFrameModel):
    """A small mart."""

    user_id: str
    score: float = pa.Field(ge=0, le=100, nullable=True)
    tags: pl.List = pa.Field(dtype_kwargs={"inner": pl.String()})

    class Config:
        strict = True


GOOD = "('a', 0, ['x']), ('b', 100, []), ('c', null, ['y'])"

ORDERED = Rule(
    name="scores_are_known",
    tables=("skills.scores",),
    description="A user has a score. Without one the ranking is wrong: look at where it is computed.",
    sql="select user_id from skills.scores where score is null",
)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema skills")
        connection.execute(
            "create table skills.scores (user_id varchar, score double, tags varchar[])"
        )
        yield connection


class Nobody(pa.DataFrameModel):
    """A table that ought to hold no user."""

    user_id: str = pa.Field(str_matches="^$")


def fill(connection: duckdb.DuckDBPyConnection, rows: str) -> None:
    connection.execute(f"insert into skills.scores values {rows}")


def test_good_rows_pass(connection: duckdb.DuckDBPyConnection) -> None:
    fill(connection, GOOD)
    result = check_values(connection, "skills.scores", Scores)
    assert (result.passed, result.rows_checked, result.broken_rows) == (True, 3, 0)
    assert (result.name, result.tables, result.blocking) == ("values", ("skills.scores",), True)


def test_an_empty_table_passes(connection: duckdb.DuckDBPyConnection) -> None:
    result = check_values(connection, "skills.scores", Scores)
    assert (result.passed, result.rows_checked) == (True, 0)


def test_broken_rows_are_counted_once_and_shown(connection: duckdb.DuckDBPyConnection) -> None:
    fill(connection, f"{GOOD}, (null, 101, ['z']), ('e', -1, [])")
    result = check_values(connection, "skills.scores", Scores)
    assert (result.passed, result.rows_checked, result.broken_rows) == (False, 5, 2)
    assert set(result.examples) == {
        "user_id breaks not_nullable in user_id=None, score=101.0, tags=['z']",
        "score breaks less_than_or_equal_to(100) in user_id=None, score=101.0, tags=['z']",
        "score breaks greater_than_or_equal_to(0) in user_id=e, score=-1.0, tags=[]",
    }
    assert "values fails on skills.scores: 2 of 5 rows break it" in result.sentence
    assert "user_id=" not in result.sentence


@pytest.mark.parametrize(
    ("change", "example"),
    [
        ("alter table skills.scores add column rank bigint", "rank"),
        ("alter table skills.scores drop column tags", "tags"),
        ("alter table skills.scores alter score type varchar", "expected|String"),
        ("alter table skills.scores alter tags type varchar", "String"),
    ],
)
@pytest.mark.parametrize("rows", ["", GOOD])
def test_a_table_of_another_shape_fails_even_when_empty(
    connection: duckdb.DuckDBPyConnection, change: str, example: str, rows: str
) -> None:
    if rows:
        fill(connection, rows)
    connection.execute(change)
    result = check_values(connection, "skills.scores", Scores)
    assert not result.passed
    assert any(part in text for part in example.split("|") for text in result.examples)


def test_rows_are_read_in_chunks_and_none_is_left_out(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute(
        "insert into skills.scores select 'u' || range, if(range % 1000 = 999, 101, 1), [] from range(10000)"
    )
    findings = validate(connection, "select * from skills.scores", Scores, chunk_rows=2048)
    assert (findings.passed, findings.rows, findings.broken_rows) == (False, 10000, 10)


def test_examples_are_few_short_and_of_every_kind(connection: duckdb.DuckDBPyConnection) -> None:
    fill(connection, "(repeat('long', 1000), 101, [])")
    connection.execute("insert into skills.scores select 'u' || range, 102, [] from range(1000)")
    fill(connection, "(null, 1, [])")
    result = check_values(connection, "skills.scores", Scores)
    assert result.broken_rows == 1002
    assert len(result.examples) <= EXAMPLES
    assert max(map(len, result.examples)) == LONGEST_EXAMPLE
    assert any("not_nullable" in example for example in result.examples)


def test_a_rule_counts_and_shows_what_it_selects(connection: duckdb.DuckDBPyConnection) -> None:
    fill(connection, GOOD)
    connection.execute("insert into skills.scores select 'n' || range, null, [] from range(100)")
    result = check_rule(connection, ORDERED)
    assert (result.passed, result.rows_checked, result.broken_rows) == (False, 103, 101)
    assert result.examples == (
        "user_id=c",
        "user_id=n0",
        "user_id=n1",
        "user_id=n10",
        "user_id=n11",
    )
    assert result.sentence.endswith(ORDERED.description)
    connection.execute("delete from skills.scores where score is null")
    assert check_rule(connection, ORDERED).passed


def test_examples_show_nobody_s_name(connection: duckdb.DuckDBPyConnection) -> None:
    """They outlive the warehouse in Dagster's log."""
    row = "select 'u1' as user_id, 'ada' as username, 'ada@b.example' as email, 'u1,ada' as raw"
    broken = check_rule(connection, Rule("names", ("skills.scores",), "Nobody.", row))
    assert broken.examples == ("user_id=u1, username=(personal), email=(personal), raw=(personal)",)
    connection.execute(f"create table skills.people as {row}")
    [example] = check_values(connection, "skills.people", Nobody).examples
    assert example == f"user_id breaks str_matches('^$') in {broken.examples[0]}"


def test_a_rule_may_warn_instead_of_block(connection: duckdb.DuckDBPyConnection) -> None:
    warning = Rule("warns", ("skills.scores",), "Only a warning.", "select 1", blocking=False)
    result = check_rule(connection, warning)
    assert (result.passed, result.blocking) == (False, False)


def test_a_check_that_cannot_be_run_has_failed_and_the_others_run(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute("create schema org")
    connection.execute("create table org.weeks (week_start date, week_end date)")
    missing = Rule("gone", ("skills.gone",), "Needs a table.", "select * from skills.gone")
    results = check_all(connection, [], ["org.users", "org.weeks"], [missing])
    assert [(result.tables[0], result.passed) for result in results] == [
        ("org.users", False),
        ("org.weeks", True),
        ("skills.gone", False),
    ]
    shown = [" ".join(result.examples) for result in results]
    assert ["cannot be run" in text for text in shown] == [True, False, True]


def test_a_mart_without_a_model_is_red(connection: duckdb.DuckDBPyConnection) -> None:
    fill(connection, GOOD)
    [result] = check_all(connection, [], ["skills.scores"], [])
    assert not result.passed
    assert result.examples == ("MODELS of pipelines/checks/skills.py does not name skills.scores",)


def test_nothing_that_is_registered_passes_unseen(connection: duckdb.DuckDBPyConnection) -> None:
    everything = check_all(connection, CONTRACTS.values(), [*MODELS, "org.invented"], RULES)
    # The warehouse of this test has none of their tables, and no model has the invented one.
    assert len(everything) == len(CONTRACTS) + len(MODELS) + 1 + len(RULES)
    assert not any(result.passed for result in everything)
    [unmodelled] = [result for result in everything if result.tables == ("org.invented",)]
    assert unmodelled.examples == ("MODELS of pipelines/checks/org.py does not name org.invented",)


def test_models_and_rules_are_registered_under_their_domain() -> None:
    assert {table.split(".")[0] for table in MODELS} == set(DOMAINS)
    names = [(rule.tables[0], rule.name) for rule in RULES]
    assert len(set(names)) == len(names)
    assert all(json.dumps(rule.name).strip('"').replace("_", "").isalnum() for rule in RULES)
