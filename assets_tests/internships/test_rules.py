"""What the rules of anonymity let pass. What breaks each rule of `internships` is in `broken_rules.py`."""

from __future__ import annotations

import duckdb
import pytest

from assets_tests.internships.broken_rules import A_TEAM, ALL_SHOWN
from pipelines.checks.internships import RULES

pytestmark = pytest.mark.slow


def test_a_team_that_is_shown_whole_breaks_no_rule_of_anonymity(
    example: duckdb.DuckDBPyConnection,
) -> None:
    example.execute(f"use internships; begin; {A_TEAM} {ALL_SHOWN}")
    for rule in RULES:
        if rule.name.startswith("anonymous"):
            assert example.execute(rule.sql).fetchall() == []
    example.execute("rollback")
