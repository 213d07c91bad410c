"""Which rules between the marts of skills stop a publication. What breaks each is in `broken_rules.py`."""

from __future__ import annotations

from pipelines.checks.skills import RULES


def test_only_late_deletions_are_no_reason_to_stop() -> None:
    assert [rule.name for rule in RULES if not rule.blocking] == [
        "late_deletions_take_signals_back"
    ]
