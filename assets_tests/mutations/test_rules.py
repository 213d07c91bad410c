"""Every rule between tables is green on its domain's sound world, and red after each statement that breaks it."""

from __future__ import annotations

import re
from types import ModuleType

import pytest

from assets_tests.internships import broken_rules as internships
from assets_tests.mutations.conftest import World
from assets_tests.ops import broken_rules as ops
from assets_tests.org import broken_rules as org
from assets_tests.performance import broken_rules as performance
from assets_tests.progress import broken_rules as progress
from assets_tests.records import broken_rules as records
from assets_tests.skills import broken_rules as skills
from pipelines.checks import DOMAINS, Rule
from pipelines.checks.run import check_rule

pytestmark = pytest.mark.slow

BROKEN: dict[str, ModuleType] = {
    "org": org,
    "internships": internships,
    "performance": performance,
    "skills": skills,
    "progress": progress,
    "records": records,
    "ops": ops,
}
RULES = [(domain, rule) for domain, checks in DOMAINS.items() for rule in checks.RULES]


def test_every_rule_has_a_mutation_and_every_mutation_a_rule() -> None:
    for domain, checks in DOMAINS.items():
        broken_by = BROKEN[domain].BROKEN_BY
        assert {rule.name for rule in checks.RULES} == broken_by.keys(), domain
        assert [name for name, statements in broken_by.items() if not statements] == [], domain


def test_rules_name_the_published_tables_they_read() -> None:
    for _, rule in RULES:
        assert rule.tables, rule.name
        # What is wrong with a policy or a landed entity is told beside the tables that are made of it.
        speaks_of_what_they_are_made_of = re.search(r"\b(policy|raw|staging)\.", rule.sql)
        assert speaks_of_what_they_are_made_of or all(table in rule.sql for table in rule.tables)


@pytest.mark.parametrize(("domain", "rule"), RULES, ids=[rule.name for _, rule in RULES])
def test_a_sound_world_passes(domain: str, rule: Rule, world: World) -> None:
    with world(domain) as connection:
        connection.execute(made_sound(domain, rule))
        result = check_rule(connection, rule)
    assert result.passed, result


@pytest.mark.parametrize(
    ("domain", "rule", "statement"),
    [
        pytest.param(
            domain,
            rule,
            statement,
            marks=pytest.mark.requirement(*BROKEN[domain].REQUIREMENTS),
            id=f"{rule.name}-{number}",
        )
        for domain, rule in RULES
        for number, statement in enumerate(BROKEN[domain].BROKEN_BY.get(rule.name, ()), start=1)
    ],
)
def test_a_broken_row_turns_its_rule_red(
    domain: str, rule: Rule, statement: str, world: World
) -> None:
    with world(domain) as connection:
        connection.execute(made_sound(domain, rule))
        connection.execute(statement)
        result = check_rule(connection, rule)
    # A rule that cannot be run fails too, and has found nothing.
    assert result.broken_rows > 0, result
    assert not result.passed


def made_sound(domain: str, rule: Rule) -> str:
    """What takes out of a world the one row that a rule warns of; a domain says so beside what breaks it."""
    return getattr(BROKEN[domain], "MADE_SOUND_BY", {}).get(rule.name, "")
