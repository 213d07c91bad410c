"""What breaks the rules of `ops`: per rule the statements of which each alone turns it red.

Belongs here: edits of the ledger of `conftest.py`. That each is found is shown, for all domains, by
`assets_tests/mutations/test_rules.py`.
"""

from __future__ import annotations

REQUIREMENTS: tuple[str, ...] = ()
BROKEN_BY: dict[str, tuple[str, ...]] = {
    "loaded_rows_are_the_accepted_rows": (
        "delete from raw.users where _batch = 1",
        "update raw.users set _batch = 2 where _batch = 1",
        "insert into raw.skills (_batch, _row) values (2, 0)",
    ),
    "quarantined_rows_are_kept": (
        "delete from ops.quarantine",
        "insert into ops.quarantine values (2, 'skills', 1)",
    ),
    "batches_are_the_whole_ledger": (
        "delete from ops.batches where batch = 2",
        "update ops.batches set batch = 3 where batch = 2",
        "insert into ops.batches (batch, files) values (3, 0)",
    ),
    "batches_sum_their_contracts": (
        "update ops.batches set duplicates = 1 where batch = 1",
        "update ops.batches set files = 1 where batch = 2",
        "delete from ops.batches where batch = 1",
    ),
    "every_contract_has_a_freshness": ("delete from ops.freshness where contract = 'skills'",),
    "nothing_is_measured_twice": (
        "insert into ops.run_metrics from ops.run_metrics where dimension = 'ingest'",
        "insert into ops.run_metrics from ops.run_metrics where dimension is null",
    ),
    "no_orphans": ("insert into ops.orphans values ('task_events', 'orphan')",),
}
