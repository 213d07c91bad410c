"""The report on requirements, on documents and tests that can be read at a glance."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from assets_tests.traceability.report import (
    ROOT,
    by_requirement,
    defined,
    named_by_dbt,
    report,
)

DOCUMENT = """
- **R000-01** [P] Signals are collected. See R000-99.
- **R000-02** [C] A ratio.
- **R000-03** [C] Another.
- **R000-04** [C] A third.
- **R000-06** [C] A fourth.
| G000-01 | A gap | -> a decision after R000-02 |
| GX-01 | Another | -> decided |
"""


def test_ids_are_those_defined_not_those_mentioned() -> None:
    assert defined(DOCUMENT) == [
        *("R000-01", "R000-02", "R000-03", "R000-04", "R000-06"),
        *("G000-01", "GX-01"),
    ]


def test_report_names_tests_what_is_missing_and_what_does_not_exist() -> None:
    pairs = [("R000-02", "b"), ("R000-02", "a"), ("R000-02", "b"), ("R999-01", "c")]
    tests = by_requirement(iter(pairs))
    waived = {"GX-01": "about names", "R000-02": "no goal", "R999-02": "no goal"}
    assert list(report(tests, waived, DOCUMENT)) == [
        "R000-02",
        "    a",
        "    b",
        "R999-01",
        "    c",
        "",
        "1 of 7 requirements are named by tests; 1 are waived:",
        "    GX-01: about names",
        "Neither named nor waived:",
        "    R000: 01, 03..04, 06",
        "    G000: 01",
        "Named by tests, but not in the document: R999-01",
        "Waived, but not in the document: R999-02",
        "Waived, but named by tests: R000-02",
    ]


def test_without_the_document_it_says_so() -> None:
    told = list(report({"R000-01": ["a"]}, {}, None))
    assert told[:2] == ["R000-01", "    a"]
    assert "is not here" in told[-1]


def test_dbt_unit_tests_name_theirs(tmp_path: Path) -> None:
    models = tmp_path / "dbt_project" / "models" / "marts"
    models.mkdir(parents=True)
    (models / "weeks.yml").write_text(
        "unit_tests:\n"
        "  - name: weeks_begin_on_sunday\n"
        "    config: {meta: {requirements: [G000-04, R000-19]}}\n"
        "  - name: nothing_named\n"
    )
    test = "dbt_project/models/marts/weeks.yml::weeks_begin_on_sunday"
    assert list(named_by_dbt(tmp_path / "dbt_project")) == [("G000-04", test), ("R000-19", test)]


def test_markers_are_collected_without_running(tmp_path: Path) -> None:
    (tmp_path / "test_world.py").write_text(
        "import pytest\n"
        "pytestmark = pytest.mark.requirement('R000-01')\n"
        "@pytest.mark.requirement('R000-02')\n"
        "@pytest.mark.parametrize('number', [1, 2])\n"
        "def test_it(number):\n"
        "    raise AssertionError('collected, not run')\n"
    )
    code = (
        "from assets_tests.traceability.report import named_by_pytest\n"
        "print(*sorted(named_by_pytest('--rootdir', '.', 'test_world.py')))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert (
        told.stdout
        == "('R000-01', 'test_world.py::test_it') ('R000-02', 'test_world.py::test_it')\n"
    )


@pytest.mark.slow
def test_make_requirements_finds_this_repository() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "assets_tests.traceability"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stderr
    assert (
        "    assets_tests/cli/test_commands.py::test_status_without_a_version_is_the_documented_error"
        in (told.stdout.split("R000-48\n")[1].split("R000-49\n")[0])
    )
    for fault in ("Neither named nor waived", "but not in the document", "but named by tests"):
        assert fault not in told.stdout
