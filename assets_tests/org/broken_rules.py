"""What breaks the rule of `org`: the statements of which each alone turns it red.

Belongs here: edits of the weeks of `conftest.py`. That each is found is shown, for all domains, by
`assets_tests/mutations/test_rules.py`.
"""

from __future__ import annotations

REQUIREMENTS: tuple[str, ...] = ()
BROKEN_BY: dict[str, tuple[str, ...]] = {
    "weeks_have_no_gap": (
        "delete from org.weeks where week_start = '2026-03-08'",
        "insert into org.weeks values ('2026-03-29', '2026-04-04')",
    ),
}
