"""One cross-table rule: a statement about tables, as the SQL that finds what breaks it.

Belongs here: the shape of a rule. Not here: the rules themselves (one module per domain beside
this one) and their running (`run.py`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """What must agree between tables, or within a table that is too large for a row-wise model.

    `sql` selects the broken rows from the warehouse: no rows means passed. `description` is the
    runbook that stands beside a failure: what the rule means, when it matters, how to resolve it.
    """

    name: str
    tables: tuple[str, ...]
    description: str
    sql: str
    blocking: bool = True
