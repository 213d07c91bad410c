"""One writer of signals, and nothing but signals behind every chart: what dbt's own lineage says."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from assets_tests.dbt.lineage import ancestors, callers
from pipelines.contracts import CONTRACTS
from pipelines.dbt import PROJECT

SIGNALS = "user_skill_signals"
# The dimension of skills, read for names alone.
NAMES = {"int_skill_names", "stg_skills_versions", "raw.skills"}
# What staging and `as_of()` read of a run.
DIALS = {"ops.run"}
# The one exception, by the mart's own definition: whose organization a user is of.
ORGANIZATIONS = {"stg_users", "stg_users_versions", "raw.users"}
CHARTS = {
    "skill_distribution": set(),
    "skill_distribution_by_organization": {"skill_distribution"} | ORGANIZATIONS,
    "skill_momentum": set(),
    "skill_activity": set(),
}


@pytest.fixture(scope="module")
def manifest(example_warehouse: Path) -> dict[str, Any]:
    """The project as dbt parsed it for the tests of this package."""
    parsed: dict[str, Any] = json.loads(
        (example_warehouse.parent / "target" / "manifest.json").read_text()
    )
    return parsed


def strays(manifest: dict[str, Any], mart: str) -> set[str]:
    """What a mart reads beside the signals, the names of skills, the dials and its own exception."""
    return ancestors(manifest, mart, beyond={SIGNALS}) - {SIGNALS} - NAMES - DIALS - CHARTS[mart]


@pytest.mark.slow
@pytest.mark.requirement(
    *("R002-01", "R002-02", "R002-06", "R002-07", "R002-08", "R002-49", "R002-50", "R002-54"),
    *("R002-77", "R002-81", "R002-90", "GX-07"),
)
@pytest.mark.parametrize("mart", CHARTS)
def test_a_chart_reads_signals_and_names_alone(mart: str, manifest: dict[str, Any]) -> None:
    assert SIGNALS in ancestors(manifest, mart)
    assert strays(manifest, mart) == set()


@pytest.mark.slow
def test_every_mart_of_the_domain_is_a_chart_or_says_why_not(manifest: dict[str, Any]) -> None:
    marts = {
        node["name"] for node in manifest["nodes"].values() if node["path"].startswith("marts/skills/")
    }  # fmt: skip
    assert marts == {SIGNALS, "mentorship_summary", *CHARTS}


@pytest.mark.slow
@pytest.mark.requirement("R002-37", "R002-38", "R002-40", "R002-75", "R002-88")
def test_mentorship_is_shown_apart(manifest: dict[str, Any]) -> None:
    assert SIGNALS not in ancestors(manifest, "mentorship_summary")
    readers = {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and "mentorship_summary" in ancestors(manifest, node["name"])
    }
    assert readers == set()


@pytest.mark.slow
@pytest.mark.requirement("R002-06", "R002-24", "R002-25", "R002-26", "R002-27", "R002-85")
def test_one_model_calls_the_emitter_and_no_other_writes_its_table(
    manifest: dict[str, Any],
) -> None:
    assert callers(manifest, "emit_skill_signals") == {SIGNALS}
    nodes = manifest["nodes"].values()
    assert [
        node["name"] for node in nodes if (node.get("relation_name") or "").endswith(f'"{SIGNALS}"')
    ] == [SIGNALS]
    # dbt has one more way to write: statements before, after and beside models.
    assert [
        node["name"]
        for node in nodes
        if node["config"].get("pre-hook") or node["config"].get("post-hook")
    ] == []
    operations = [node["raw_code"] for node in nodes if node["resource_type"] == "operation"]
    assert operations == ["{{ withdraw_built() }}"], "which writes ops.built alone"


@pytest.mark.requirement("R002-06", "R002-25", "R002-79", "R002-80")
def test_nothing_else_of_the_house_writes_a_signal() -> None:
    assert SIGNALS not in CONTRACTS
    writing = re.compile(r"(insert\s+into|update|delete\s+from|merge\s+into)\s+skills\.", re.IGNORECASE)  # fmt: skip
    sources = [*PROJECT.rglob("*.sql"), *(PROJECT.parent / "pipelines").rglob("*.*")]
    assert [
        path for path in sources if path.suffix in (".py", ".sql") and writing.search(path.read_text())
    ] == []  # fmt: skip


@pytest.mark.slow
@pytest.mark.requirement("R002-27", "R002-50")
def test_a_chart_that_reads_an_update_itself_would_be_found(manifest: dict[str, Any]) -> None:
    changed = deepcopy(manifest)
    parents = changed["parent_map"]["model.cairn.int_skill_names"]
    parents.append("model.cairn.stg_progress_updates")
    assert strays(changed, "skill_distribution") == {"stg_progress_updates", "raw.progress_updates"}
