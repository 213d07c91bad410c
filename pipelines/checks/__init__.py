"""Step 4: nothing is published that does not hold.

`mart` is the shape of a model, `rule` that of a rule; the module of a domain states what must hold in it, `run`
finds out. A new domain is checked once it stands in `DOMAINS`. What is wrong with a landing row is its contract's
business.
"""

from __future__ import annotations

from types import ModuleType

import pandera.polars as pa

from pipelines.checks import internships, ops, org, performance, progress, records, skills
from pipelines.checks.result import CheckResult
from pipelines.checks.rule import Rule

__all__ = ["DOMAINS", "MODELS", "RULES", "CheckResult", "Rule"]

DOMAINS: dict[str, ModuleType] = {
    "org": org,
    "internships": internships,
    "performance": performance,
    "skills": skills,
    "progress": progress,
    "records": records,
    "ops": ops,
}

MODELS: dict[str, type[pa.DataFrameModel]] = {
    table: model for domain in DOMAINS.values() for table, model in domain.MODELS.items()
}
RULES: tuple[Rule, ...] = tuple(rule for domain in DOMAINS.values() for rule in domain.RULES)
