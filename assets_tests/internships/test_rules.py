"""What the rules of anonymity let pass. What breaks each rule of `internships` is in `broken_rules.py`."""

from __future__ import annotations

import duckdb
import pytest
import yaml

from assets_tests.internships.broken_rules import A_TEAM, ALL_SHOWN
from pipelines.checks.internships import RULES
from pipelines.checks.internships_anonymity import SMALLEST_GROUP
from pipelines.dbt import PROJECT

pytestmark = pytest.mark.slow


def test_a_team_that_is_shown_whole_breaks_no_rule_of_anonymity(
    example: duckdb.DuckDBPyConnection,
) -> None:
    example.execute(f"use internships; begin; {A_TEAM} {ALL_SHOWN}")
    for rule in RULES:
        if rule.name.startswith("anonymous"):
            assert example.execute(rule.sql).fetchall() == []
    example.execute("rollback")


def test_the_rule_asks_for_groups_as_large_as_the_models_do() -> None:
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())
    assert project["vars"]["smallest_anonymous_group"] == SMALLEST_GROUP
