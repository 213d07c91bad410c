"""The suite is whole: whatever checks can stop a publication, each is among those that it breaks."""

from __future__ import annotations

from collections import Counter

import dagster as dg

from assets_tests.mutations.test_rules import BROKEN
from pipelines.checks import DOMAINS, MODELS
from pipelines.checks.run import CONTRACT, VALUES
from pipelines.contracts import CONTRACTS
from pipelines.definitions import defs


def test_every_asset_check_is_one_that_the_suite_breaks() -> None:
    found: Counter[tuple[str, str]] = Counter(
        (".".join(key.asset_key.path), key.name)
        for key in dg.Definitions.resolve_asset_graph(defs()).asset_check_keys
    )
    broken = Counter(
        [
            *((f"raw.{name}", CONTRACT) for name in CONTRACTS),
            *((table, VALUES) for table in MODELS),
            *(
                (rule.tables[0], rule.name)
                for domain, checks in DOMAINS.items()
                for rule in checks.RULES
                if rule.name in BROKEN[domain].BROKEN_BY
            ),
        ]
    )
    assert found == broken
