"""The random worlds hold what the rules are about: a rule that no world reaches is not compared."""

from __future__ import annotations

from collections import Counter

import pytest

from assets_tests.progress.cases_of_students import PRESENT_CASES, present_cases
from assets_tests.progress.cases_of_the_past import PAST_CASES, past_cases
from assets_tests.progress.oracle import Judgement
from assets_tests.progress.tales import random_world
from assets_tests.progress.world import AS_OF, SEED, WORLDS


@pytest.mark.slow
def test_worlds_reach_every_case() -> None:
    """Every case is met, by the worlds that the comparison draws."""
    met: Counter[str] = Counter()
    for number in range(WORLDS):
        judgement = Judgement(random_world(SEED, number), AS_OF, 2)
        met.update(present_cases(judgement))
        met.update(past_cases(judgement))
    cases = PRESENT_CASES | PAST_CASES
    assert cases - met.keys() == set()
    assert met.keys() - cases == set()


def test_the_second_batch_matters() -> None:
    """What is known decides: most worlds say something else by the first batch alone."""
    differing = 0
    for number in range(10):
        world = random_world(SEED, number)
        first, both = (Judgement(world, AS_OF, n).step_progress() for n in (1, 2))
        differing += first != both
    assert differing > 5


def test_worlds_are_drawn_again_from_their_seed() -> None:
    assert random_world(1, 2) == random_world(1, 2) != random_world(2, 2)
