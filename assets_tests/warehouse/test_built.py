"""The warehouse knows for which run its tables were built, and takes no half for a whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from assets_tests.ingest.data_root import DataRoot
from assets_tests.ingest.test_csv import HEADER, row
from assets_tests.warehouse.test_load import run
from pipelines.run import Run
from pipelines.warehouse import BUILT, connect, load, noted, read_run, take_note


def builder(root: DataRoot, of: Run) -> str | None:
    with connect(root.settings) as connection:
        built = noted(connection, BUILT)
    return built.run_id if built is not None and of.repeats(built) else None


def test_only_a_run_of_the_same_arguments_finds_its_tables_built(root: DataRoot) -> None:
    root.taken("badge_awards", "a.csv", f"{HEADER}\n{row('a')}\n")
    first = run(root, "first")
    load(root.settings, first)
    assert builder(root, first) is None
    with connect(root.settings) as connection:
        take_note(connection, BUILT, first)
        assert read_run(connection) == first
    assert builder(root, replace(first, run_id="second")) == "first"
    others = (
        replace(first, n=2),
        replace(first, head="another"),
        replace(first, code_version="other code"),
        replace(first, as_of=first.as_of + timedelta(microseconds=1)),
    )
    assert [builder(root, other) for other in others] == [None] * 4
    with connect(root.settings) as connection:
        take_note(connection, BUILT, None)
    assert builder(root, first) is None


def test_new_rows_and_a_new_warehouse_are_not_built(root: DataRoot) -> None:
    root.taken("badge_awards", "a.csv", f"{HEADER}\n{row('a')}\n")
    load(root.settings, run(root))
    with connect(root.settings) as connection:
        take_note(connection, BUILT, run(root))
    root.taken("badge_awards", "b.csv", f"{HEADER}\n{row('b')}\n")
    load(root.settings, run(root))
    assert builder(root, run(root)) is None
    root.settings.warehouse.unlink()
    load(root.settings, run(root))
    assert builder(root, run(root)) is None
