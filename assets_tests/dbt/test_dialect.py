"""What DuckDB and Spark spell differently has both spellings. What DuckDB's mean is in `test_macros.py`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assets_tests.dbt.harness import compile_inline
from pipelines.dbt import PROJECT

ENGINES = ("duckdb", "spark")
MACROS: dict[str, list[str]] = {
    name: re.findall(r"(\w+)(?:=\w+)?(?:, |$)", arguments)
    for path in sorted((PROJECT / "macros" / "dialect").glob("*.sql"))
    for name, arguments in re.findall(r"{% macro (\w+)\((.*)\) -?%}", path.read_text())
}
DISPATCHED = [
    name
    for path in sorted((PROJECT / "macros").rglob("*.sql"))
    for name in re.findall(r"adapter\.dispatch\('(\w+)'\)", path.read_text())
]
# What each argument may be: several texts in some, in every other one.
TEXT = "'x'"
SAMPLES = dict.fromkeys(("columns", "order_by", "keys", "expressions", "values"), "['x', 'y']")


def test_every_spelling_takes_the_arguments_of_its_macro() -> None:
    assert [
        (name, engine)
        for name in DISPATCHED
        for engine in ENGINES
        if MACROS.get(f"{engine}__{name}") != MACROS[name]
    ] == []
    spelt = {f"{engine}__{name}" for name in DISPATCHED for engine in ENGINES}
    assert {name for name in MACROS if "__" in name} == spelt


@pytest.mark.slow
def test_every_spelling_of_spark_is_rendered(staged_warehouse: Path) -> None:
    calls = [
        f"{name}({', '.join(SAMPLES.get(argument, TEXT) for argument in arguments)})"
        for name, arguments in MACROS.items()
        if name.startswith("spark__")
    ]
    result = compile_inline(staged_warehouse, "\n;".join(f"{{{{ {call} }}}}" for call in calls))
    assert result.success, result.exception
    rendered = result.result.results[0].node.compiled_code.split("\n;")
    assert len(rendered) == len(calls)
    assert [
        call for call, sql in zip(calls, rendered, strict=True) if "{{" in sql or not sql.strip()
    ] == []
