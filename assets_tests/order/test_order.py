"""Order and time over random universes of all domains: arrival says nothing, and a late signal only what it must.

Each example lands a universe twice: whole, and in several batches of shuffled, split, repeated files of either format,
with some rows held back until after a first publication. Then

- both houses say the same of the whole, fingerprint for fingerprint;
- the first publication, asked for again with all that landed since in the ledger, is what it was, row for row;
- at the same `as_of` with the whole ledger it differs in what late signals reach (`touch.py`) and in nothing else.

`make test` draws one example, `make test-order` a hundred and twenty.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from assets_tests.conftest import SampleRun
from assets_tests.dbt.compiled import make_again
from assets_tests.dbt.harness import connect
from assets_tests.order.house import MARTS, Delivery, House
from assets_tests.order.touch import OF_EVERYBODY, OWN, SHARED, touched_by
from assets_tests.order.universes import (
    AS_OF,
    Row,
    Universe,
    moment_of,
    random_universe,
    world_of,
)
from pipelines.checks.fingerprint import fingerprint
from pipelines.contracts import CONTRACTS
from pipelines.contracts.model import Kind

pytestmark = pytest.mark.slow

EXAMPLES = int(os.environ.get("CAIRN_ORDER_EXAMPLES", "1"))
PARTS = min(EXAMPLES, 4)  # for as many processes
SEEDED = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=EXAMPLES // PARTS,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
MOMENTS = (AS_OF, datetime(2026, 3, 15, tzinfo=UTC), datetime(2026, 2, 12, 12, tzinfo=UTC))

Landed = list[tuple[str, Row]]


@dataclass(frozen=True)
class Story:
    """A universe, the moment it is judged at, and what lands only after the first publication."""

    universe: Universe
    as_of: datetime
    early: Landed
    late: Landed
    to_come: Landed
    random: Random


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Of late signals: none, a few events of one world, or a few rows of one world whatever they are."""
    kind = draw(st.sampled_from(("anything", "events", "none")))
    universe = random_universe(draw(st.integers(0, 10**6)))
    as_of = draw(st.sampled_from(MOMENTS))
    random = Random(draw(st.integers(0, 10**6)))
    early, to_come = [], []
    for name, rows in universe.items():
        for row in rows:
            is_to_come = moment_of(name, row) > as_of and random.random() < 0.7
            (to_come if is_to_come else early).append((name, row))
    candidates = [
        place
        for place, (name, row) in enumerate(early)
        if kind != "none"
        and moment_of(name, row) <= as_of
        and (kind == "anything" or CONTRACTS[name].kind is Kind.EVENT)
        and world_of(row[CONTRACTS[name].key[0]]) == "w0"
    ]
    chosen = set(random.sample(candidates, min(len(candidates), draw(st.integers(1, 6)))))
    late = [early[place] for place in chosen]
    kept = [landed for place, landed in enumerate(early) if place not in chosen]
    return Story(universe, as_of, kept, late, to_come, random)


def by_contract(landed: Landed) -> Delivery:
    """One delivery of these rows."""
    found: dict[str, list[Row]] = {}
    for name, row in landed:
        found.setdefault(name, []).append(row)
    return found


def batches(landed: Landed, again: Landed, random: Random) -> list[Delivery]:
    """Rows over one to three batches, each in one at least, and some of `again` beside them."""
    count = random.randint(1, 3)
    found: list[Landed] = [[] for _ in range(count)]
    for row in landed:
        for place in {random.randrange(count) for _ in range(random.choice((1, 1, 1, 2)))}:
            found[place].append(row)
    for row in random.sample(again, len(again) // 5):
        found[random.randrange(count)].append(row)
    return [by_contract(rows) for rows in found if rows]


@pytest.mark.requirement("R000-10", "GX-11", "G000-16")
@pytest.mark.parametrize("part", range(PARTS))
def test_order_says_nothing_and_time_only_what_it_must(part: int, sample_run: SampleRun) -> None:
    changed_marts: set[str] = set()

    @SEEDED
    @seed(part)
    @given(story=stories())
    def holds(story: Story) -> None:
        with TemporaryDirectory() as folder:
            changed = changed_by_what_landed_late(story, sample_run, Path(folder))
        assert not changed or story.late
        changed_marts.update(changed)

    holds()
    assert changed_marts


def changed_by_what_landed_late(story: Story, sample_run: SampleRun, folder: Path) -> set[str]:
    """The marts that a replay with the whole ledger says otherwise than the publication did; all else is asserted."""
    as_of, random = story.as_of, story.random
    whole, parts = (House(sample_run, folder / name) for name in ("whole", "parts"))
    assert whole.receive(story.universe, random) == 0
    for batch in batches(story.early, [], random):
        parts.receive(batch, random)
    then = parts.position
    published = parts.rows(as_of)
    for batch in batches(story.late + story.to_come, story.early, random):
        parts.receive(batch, random)
    assert parts.position > then

    assert parts.rows(as_of, then) == published
    assert parts.fingerprints(as_of) == whole.fingerprints(as_of)
    now = parts.read()
    assert touched_by(story.late, story.universe).strays(published, now) == []
    return {table for table in MARTS if now[table] != published[table]}


def test_every_mart_says_how_far_a_late_signal_reaches_in_it() -> None:
    assert sorted([*OWN, *SHARED, *OF_EVERYBODY]) == sorted(MARTS)


def test_the_short_way_gives_what_the_sample_s_whole_run_gave(
    sample_run: SampleRun, tmp_path: Path
) -> None:
    own = sample_run.copy_to(tmp_path / "data")
    with connect(own.warehouse) as connection:
        make_again(connection, House.target_of(sample_run))
        found = {table: fingerprint(connection, table).sha256 for table in MARTS}
    published = json.loads((sample_run.current / "manifest.json").read_text())["tables"]
    assert found == {table: published[table]["fingerprint"] for table in MARTS}
