"""The dbt project as a whole: no warning, every mart documented, every unit test passed, every list complete."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from dbt.cli.main import dbtRunnerResult

from assets_tests.conftest import SampleRun
from assets_tests.dbt.harness import connect, failures, run_dbt
from assets_tests.dbt.unit_tests import agrees, compiled, without_each_input
from pipelines.contracts import CONTRACTS
from pipelines.contracts.model import Kind, Link
from pipelines.dbt import PROJECT

ROLES = {"student", "employer", "teacher", "admin", "ai"}

Node = dict[str, Any]


@pytest.fixture(scope="session")
def marts(staged_warehouse: Path) -> dict[str, Node]:
    """The marts of target/manifest.json by `<domain>.<mart>`."""
    manifest = json.loads((staged_warehouse.parent / "target" / "manifest.json").read_text())
    return {
        f"{node['schema']}.{node['alias']}": node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["fqn"][1] == "marts"
    }


def grain(node: Node) -> list[str]:
    keys = [key["columns"] for key in node["constraints"] if key["type"] == "primary_key"]
    return keys[0] if keys else node["config"]["meta"].get("grain", [])


@pytest.mark.slow
def test_parsing_warns_of_nothing(staged_warehouse: Path) -> None:
    result = run_dbt(staged_warehouse, "parse", "--no-partial-parse", "--warn-error")
    assert result.success, result.exception


@pytest.mark.slow
@pytest.mark.requirement("R000-33", "R000-35")
@pytest.mark.slow
def test_who_calls_dbt_by_hand_has_the_warehouse_of_the_data_root(
    sample_run: SampleRun, tmp_path: Path
) -> None:
    environment = {"PATH": os.environ["PATH"], "CAIRN_DATA": str(sample_run.settings.data)}
    written = {"DBT_TARGET_PATH": str(tmp_path), "DBT_LOG_PATH": str(tmp_path)}
    query = "select username from {{ ref('users') }} where user_id = 'user_1001'"
    shown = subprocess.run(
        [Path(sys.executable).with_name("dbt"), "--quiet", "show", "--inline", query],
        cwd=PROJECT,
        env={**environment, **written, "DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
    )
    assert "amara.okafor" in shown.stdout, shown.stdout


def test_every_mart_says_who_may_see_it(marts: dict[str, Node]) -> None:
    for name, node in marts.items():
        meta = node["config"]["meta"]
        assert meta.get("visibility"), f"{name} declares no visibility"
        assert set(meta["visibility"]) <= ROLES, name
        for column, described in node["columns"].items():
            hidden_from = described["config"]["meta"].get("hidden_from", [])
            assert set(hidden_from) <= set(meta["visibility"]), f"{name}.{column}"


@pytest.mark.slow
@pytest.mark.requirement("R001-113", "R003-185")
def test_what_students_get_says_whose_each_row_is(marts: dict[str, Node]) -> None:
    """A role's files hold everybody's rows; by the owner a server shows people their own."""
    metas = {name: node["config"]["meta"] for name, node in marts.items()}
    unowned = {
        name
        for name, meta in metas.items()
        if "student" in meta["visibility"] and "owner" not in meta
    }
    assert unowned == {"org.weeks"}


@pytest.mark.slow
@pytest.mark.requirement("R001-111", "R001-112", "R001-114", "R001-115", "G001-28")
@pytest.mark.parametrize(
    "mart", ["team_performance", "performance_distribution", "performance_logs"]
)
def test_teams_and_logs_are_for_those_who_may_view_them(marts: dict[str, Node], mart: str) -> None:
    """`view_team` and `view_audit_log`, a team lead's and a manager's, are the role `employer` here."""
    visibility = marts[f"performance.{mart}"]["config"]["meta"]["visibility"]
    assert {*visibility} - {"ai"} == {"employer", "admin"}


@pytest.mark.slow
def test_every_mart_and_column_is_described(marts: dict[str, Node]) -> None:
    for name, node in marts.items():
        assert len(node["description"]) > 40, f"{name} has no description"
        for column, described in node["columns"].items():
            assert described["description"], f"{name}.{column} has no description"
            assert described["data_type"], f"{name}.{column} has no type"


@pytest.mark.slow
def test_every_mart_has_an_enforced_contract_and_a_grain(marts: dict[str, Node]) -> None:
    for name, node in marts.items():
        assert node["contract"]["enforced"], name
        assert grain(node), f"{name} has no grain"
        assert {column.strip('"') for column in grain(node)} <= set(node["columns"]), name


@pytest.mark.slow
def test_e_mail_addresses_are_in_no_mart(marts: dict[str, Node]) -> None:
    assert "org.users" in marts
    assert [name for name, node in marts.items() if "email" in node["columns"]] == []


@pytest.mark.slow
def test_below_marts_only_intermediate_models_read_marts_and_those_of_their_domain(
    staged_warehouse: Path,
) -> None:
    manifest = json.loads((staged_warehouse.parent / "target" / "manifest.json").read_text())
    models = {name: node for name, node in manifest["nodes"].items() if name.startswith("model.")}
    read = {
        (node["fqn"][1], *(model["fqn"][2] for model in (node, models[parent])))
        for node in models.values()
        for parent in node["depends_on"]["nodes"]
        if parent in models and models[parent]["fqn"][1] == "marts" and node["fqn"][1] != "marts"
    }
    assert read == {("intermediate", domain, domain) for domain in ("internships", "progress")}


@pytest.fixture(scope="session")
def unit_tests(built_warehouse: Path) -> dbtRunnerResult:
    """What dbt says of all of them."""
    return run_dbt(built_warehouse, "test", "--select", "test_type:unit")


def unit_test_names(unit_tests: dbtRunnerResult) -> set[str]:
    """The names of the unit tests that were run: a hook is a result too."""
    nodes = [result.node for result in unit_tests.result.results]
    return {node.name for node in nodes if node.resource_type == "unit_test"}


@pytest.mark.slow
def test_every_unit_test_passes(unit_tests: dbtRunnerResult) -> None:
    assert failures(unit_tests) == []
    assert unit_test_names(unit_tests) != set()


@pytest.mark.slow
def test_every_unit_test_fails_without_one_of_its_inputs(
    unit_tests: dbtRunnerResult, built_warehouse: Path
) -> None:
    queries = compiled(built_warehouse.parent / "target")
    assert queries.keys() == unit_test_names(unit_tests)
    with connect(built_warehouse) as connection:
        assert [name for name, query in queries.items() if not agrees(connection, query)] == []
        assert [
            name
            for name, query in queries.items()
            if all(agrees(connection, broken) for broken in without_each_input(query))
        ] == []


def listed_contracts(macro: str) -> list[str]:
    text = (PROJECT / "macros" / "contracts.sql").read_text()
    found = re.search(rf"macro {macro}\(\).*?endmacro", text, re.DOTALL)
    assert found is not None
    return re.findall(r"'(\w+)'", found.group())


def test_the_lists_of_contracts_are_complete() -> None:
    by_kind = {
        kind: [name for name, contract in CONTRACTS.items() if contract.kind is kind]
        for kind in Kind
    }
    assert listed_contracts("event_contracts") == by_kind[Kind.EVENT]
    assert listed_contracts("entity_contracts") == by_kind[Kind.ENTITY]


def test_orphans_go_through_every_declared_reference() -> None:
    text = (PROJECT / "models" / "marts" / "ops" / "orphans.sql").read_text()
    listed = re.findall(r"\('(\w+)', '(\w+)', '(\w+)', '(\w+)'\)", text)
    declared = [
        (
            contract.name,
            column.name,
            column.reference.target,
            "orphan" if column.reference.link is Link.STRUCTURAL else "unresolved",
        )
        for contract in CONTRACTS.values()
        for column in contract.columns
        if column.reference is not None
    ]
    assert listed == declared
    keys = dict(re.findall(r"'(\w+)': '(\w+)'", text))
    assert keys == {target: CONTRACTS[target].entity_key[0] for _, _, target, _ in declared}
