"""Nothing that may land stops the publication: rows at the ends of all that their contracts take, from file to check.

`make test` draws one world, `CAIRN_EXTREME_WORLDS=100 .venv/bin/python -m pytest` this file a hundred.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assets_tests.conftest import SampleRun
from assets_tests.dbt.harness import connect
from assets_tests.extremes.rows import AS_OF, Maker
from assets_tests.order.house import House
from pipelines.checks import MODELS, RULES
from pipelines.checks.run import check_rule, check_values
from pipelines.ingest import ingest
from pipelines.ledger import ledger_lock

pytestmark = pytest.mark.slow

WORLDS = int(os.environ.get("CAIRN_EXTREME_WORLDS", "1"))
MOMENTS = (AS_OF, datetime(2026, 3, 29, 1, 30), datetime(1970, 1, 2), datetime(2200, 1, 1))


@pytest.mark.parametrize("seed", range(1, 1 + WORLDS))
def test_nothing_that_may_land_stops_the_publication(
    seed: int, sample_run: SampleRun, tmp_path: Path
) -> None:
    house = House(sample_run, tmp_path / "data")
    Maker(seed).drop(house.settings.landing)
    with ledger_lock(house.settings) as lock:
        report = ingest(house.settings, lock)
    assert all(entry.accepted for entry in report.contracts.values())
    moment = MOMENTS[(seed - 1) % len(MOMENTS)]
    house.judge(moment.replace(tzinfo=UTC))
    with connect(house.settings.warehouse) as connection:
        checks = [check_values(connection, table, model) for table, model in MODELS.items()]
        checks += [check_rule(connection, rule) for rule in RULES if rule.blocking]
    assert [check for check in checks if not check.passed] == []
