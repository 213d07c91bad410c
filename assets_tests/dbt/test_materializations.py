"""What dbt makes takes the place of what stood under its name, whatever that was."""

from __future__ import annotations

from pathlib import Path

import pytest
from dbt.artifacts.resources import Hook
from dbt.contracts.graph.manifest import Manifest

from assets_tests.dbt import harness
from assets_tests.dbt.harness import connect, failures, make_warehouse, run_dbt
from pipelines.dbt import BUILD
from pipelines.warehouse import BUILT, noted, read_run, take_note

pytestmark = pytest.mark.slow

KINDS = {"weeks": "BASE TABLE", "stg_users": "VIEW"}


def test_a_table_and_a_view_take_the_place_of_each_other_and_of_themselves(tmp_path: Path) -> None:
    warehouse = make_warehouse(tmp_path / "warehouse.duckdb")
    build = ("run", "--select", "+weeks", "+stg_users")
    assert failures(run_dbt(warehouse, *build)) == []
    with connect(warehouse) as connection:
        connection.execute("drop table org.weeks; create view org.weeks as select 1 as one")
        connection.execute("drop view staging.stg_users")
        connection.execute("create table staging.stg_users as select 1 as one")
    for _ in range(2):
        assert failures(run_dbt(warehouse, *build)) == []
        with connect(warehouse) as connection:
            found = connection.execute(
                "select table_name, table_type from information_schema.tables"
                " where table_name like '%weeks%' or table_name like '%stg_users'"
            ).fetchall()
        assert dict(found) == KINDS


@pytest.mark.parametrize("command", [("seed",), BUILD], ids=["by hand", "as a run does"])
def test_whoever_calls_dbt_withdraws_the_note_of_what_a_run_has_built(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    """Also for what lies in other schemas than the note, of which dbt has looked up nothing else."""
    warehouse = make_warehouse(tmp_path / "warehouse.duckdb")
    with connect(warehouse) as connection:
        take_note(connection, BUILT, read_run(connection))
        assert noted(connection, BUILT) == read_run(connection)
    assert failures(run_dbt(warehouse, *command, "--select", "attendance_bands")) == []
    with connect(warehouse) as connection:
        assert noted(connection, BUILT) is None


@pytest.mark.parametrize("model", ["weeks", "stg_users"])
@pytest.mark.parametrize(
    "configured",
    [
        {"pre_hook": [Hook(sql="select 1")]},
        {"post_hook": [Hook(sql="select 1")]},
        {"grants": {"select": ["public"]}},
    ],
    ids=lambda configured: next(iter(configured)),
)
def test_a_model_with_hooks_or_grants_does_not_build(
    model: str,
    configured: dict[str, object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They would not be run, and nobody would notice."""
    parsed = harness._parsed

    def changed() -> Manifest:
        manifest = parsed()
        node = manifest.nodes[f"model.cairn.{model}"]
        for name, value in configured.items():
            setattr(node.config, name, value)
        return manifest

    monkeypatch.setattr(harness, "_parsed", changed)
    warehouse = make_warehouse(tmp_path / "warehouse.duckdb")
    [failure] = failures(run_dbt(warehouse, "run", "--select", model))
    assert "hooks and grants are not run" in failure
