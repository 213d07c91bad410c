"""Which rules between the tables of `performance` stop a publication. What breaks each is in `broken_rules.py`."""

from __future__ import annotations

from pipelines.checks.performance import RULES


def test_every_rule_stops_the_publication() -> None:
    assert all(rule.blocking for rule in RULES)
