"""Step 4: nothing is published that does not hold.

`rule` is the shape of a rule, the module of a domain states what must hold in it, `run` finds out. A new
domain is checked once it stands in `DOMAINS`. What is wrong with a landing row is its contract's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import duckdb
import pandera.polars as pa

from pipelines.checks import internships, ops, org, records
from pipelines.checks.result import CheckResult
from pipelines.checks.rule import Rule
from pipelines.checks.run import check_all
from pipelines.contracts import CONTRACTS
from pipelines.marts import read_marts

__all__ = ["DOMAINS", "MODELS", "RULES", "CheckResult", "Rule", "run_checks"]

DOMAINS: dict[str, ModuleType] = {
    "org": org,
    "internships": internships,
    "records": records,
    "ops": ops,
}

MODELS: dict[str, type[pa.DataFrameModel]] = {
    table: model for domain in DOMAINS.values() for table, model in domain.MODELS.items()
}
RULES: tuple[Rule, ...] = tuple(rule for domain in DOMAINS.values() for rule in domain.RULES)


def run_checks(
    connection: duckdb.DuckDBPyConnection,
    *domains: str,
    manifest: Mapping[str, Any] | None = None,
) -> list[CheckResult]:
    """Run all checks of the named domains, or of all, on the warehouse as it stands.

    Three kinds: `contract` per raw table (newest batch), `values` per mart, and the rules by their names. With
    dbt's `manifest`, a mart that has no model fails its `values`. What fails is told, not raised; `CairnError`
    only for a mart whose declaration is incomplete.
    """
    chosen = set(domains or (*DOMAINS, *(contract.domain for contract in CONTRACTS.values())))
    marts = [mart for mart in read_marts(manifest) if mart.domain in chosen] if manifest else []
    return check_all(
        connection,
        [contract for contract in CONTRACTS.values() if contract.domain in chosen],
        {table: model for table, model in MODELS.items() if table.split(".")[0] in chosen},
        [mart.table for mart in marts],
        [rule for name, domain in DOMAINS.items() if name in chosen for rule in domain.RULES],
    )
