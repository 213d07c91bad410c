"""Which test shows which requirement, and why some are shown by none, held against the document.

Belongs here: collecting names, from pytest's markers, dbt's unit tests and `waived.csv`, and printing them. No test
runs for it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
# Kept outside of this repository, with the other design documents.
DOCUMENT = ROOT.parent / "shared" / "design" / "requirements.md"
# `- **R000-01** [P] ...` is a requirement, `| G000-01 | ...` a decision on a gap.
DEFINITION = re.compile(r"^(?:- \*\*|\| )(?P<id>[RG][0-9X]+-[0-9]+)\b", re.MULTILINE)

WAIVED = Path(__file__).with_name("waived.csv")

Tests = Mapping[str, list[str]]


def named_by_pytest(*paths: str) -> Iterator[tuple[str, str]]:
    """(requirement, test) of every collected test, a parametrized one once; nothing is run."""

    class Collected:
        pairs: dict[tuple[str, str], None] = {}  # noqa: RUF012 (one per call)

        def pytest_collection_finish(self, session: pytest.Session) -> None:
            for item in session.items:
                test = item.nodeid.partition("[")[0]
                for marker in item.iter_markers("requirement"):
                    self.pairs.update(dict.fromkeys((id_, test) for id_ in marker.args))

    collected = Collected()
    with redirect_stdout(io.StringIO()) as said:
        code = pytest.main(["--collect-only", *paths], plugins=[collected])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise RuntimeError(f"pytest cannot collect the tests:\n{said.getvalue()}")
    yield from collected.pairs


def named_by_dbt(project: Path = ROOT / "dbt_project") -> Iterator[tuple[str, str]]:
    """(requirement, unit test) of every unit test with `meta.requirements`."""
    for path in sorted(project.glob("models/**/*.yml")):
        content: dict[str, Any] = yaml.safe_load(path.read_text()) or {}
        for test in content.get("unit_tests", ()):
            meta = {**test.get("meta", {}), **test.get("config", {}).get("meta", {})}
            name = f"{path.relative_to(project.parent).as_posix()}::{test['name']}"
            yield from ((id_, name) for id_ in meta.get("requirements", ()))


def by_requirement(pairs: Iterator[tuple[str, str]]) -> Tests:
    """requirement -> its tests, both sorted."""
    tests: dict[str, set[str]] = {}
    for id_, test in pairs:
        tests.setdefault(id_, set()).add(test)
    return {id_: sorted(tests[id_]) for id_ in sorted(tests)}


def waivers(path: Path = WAIVED) -> dict[str, str]:
    """requirement -> why no test shows it: it asks for nothing, or for nothing of what is built here."""
    with path.open(newline="") as rows:
        return {row["requirement"]: row["why"] for row in csv.DictReader(rows)}


def defined(document: str) -> list[str]:
    """The ids that a requirements document defines, in its order."""
    return list(dict.fromkeys(DEFINITION.findall(document)))


def report(tests: Tests, waived: Mapping[str, str], document: str | None) -> Iterator[str]:
    """Lines: every named id with its tests, every waived one with its reason, what is left, what does not exist."""
    for id_, names in tests.items():
        yield id_
        yield from (f"    {name}" for name in names)
    yield ""
    if document is None:
        yield (
            f"{len(tests)} requirements are named by tests. What no test names cannot be said:"
            " the requirements document (../shared/design/requirements.md) is not here."
        )
        return
    ids = defined(document)
    named = [id_ for id_ in ids if id_ in tests]
    told = [id_ for id_ in ids if id_ in waived and id_ not in tests]
    left = [id_ for id_ in ids if id_ not in tests and id_ not in waived]
    yield f"{len(named)} of {len(ids)} requirements are named by tests; {len(told)} are waived:"
    yield from (f"    {id_}: {waived[id_]}" for id_ in told)
    if left:
        yield "Neither named nor waived:"
        yield from (f"    {line}" for line in _shortened(left))
    for fault, faulty in {
        "Named by tests, but not in the document": [id_ for id_ in tests if id_ not in ids],
        "Waived, but not in the document": [id_ for id_ in waived if id_ not in ids],
        "Waived, but named by tests": [id_ for id_ in waived if id_ in tests],
    }.items():
        if faulty:
            yield f"{fault}: {', '.join(faulty)}"


def _shortened(ids: list[str]) -> Iterator[str]:
    """A line per document, runs of numbers as `01..09`."""
    runs: dict[str, list[list[str]]] = {}
    for group, _, number in (id_.partition("-") for id_ in ids):
        of_group = runs.setdefault(group, [])
        if of_group and int(number) == int(of_group[-1][-1]) + 1:
            of_group[-1].append(number)
        else:
            of_group.append([number])
    for group, of_group in runs.items():
        told = (run[0] if len(run) == 1 else f"{run[0]}..{run[-1]}" for run in of_group)
        yield f"{group}: {', '.join(told)}"
