"""Which rules between the marts of progress stop a publication. What breaks each is in `broken_rules.py`."""

from __future__ import annotations

import re

import pytest

from pipelines.checks.progress import ASKED_FOR, RULES
from pipelines.dbt import PROJECT


@pytest.mark.requirement("R003-143", "R003-145")
def test_only_what_was_reported_is_no_reason_to_stop() -> None:
    assert [rule.name for rule in RULES if not rule.blocking] == ["nothing_impossible_was_reported"]


def test_every_threshold_that_a_model_asks_for_must_be_in_the_seed() -> None:
    texts = [path.read_text() for path in PROJECT.glob("m*/**/*.sql")]
    found = [name for text in texts for name in re.findall(r"threshold\('(\w+)'\)", text)]
    assert {*found} == {*ASKED_FOR["progress_thresholds"]}
