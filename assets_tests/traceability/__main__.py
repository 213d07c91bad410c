"""`make requirements`."""

from itertools import chain

from assets_tests.traceability.report import (
    DOCUMENT,
    by_requirement,
    named_by_dbt,
    named_by_pytest,
    report,
    waivers,
)

tests = by_requirement(chain(named_by_pytest(), named_by_dbt()))
print("\n".join(report(tests, waivers(), DOCUMENT.read_text() if DOCUMENT.is_file() else None)))
