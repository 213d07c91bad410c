"""Which rules between the marts of records stop a publication. What breaks each is in `broken_rules.py`."""

from __future__ import annotations

from pipelines.checks.records import RULES


def test_only_what_somebody_has_to_look_at_is_no_reason_to_stop() -> None:
    assert [rule.name for rule in RULES if not rule.blocking] == [
        "grades_are_readable",
        "lectures_have_one_active_rule",
        "active_rules_ask_for_something",
        "policies_find_one_active_rule",
        "manual_certifications_say_why",
    ]
