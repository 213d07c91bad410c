"""The README's commands run, and print what it says they print.

The test works in a copy of the checkout, so that `data/` in a command means the copy's. `make test` is
this very run, and `make dev` never ends: neither is run.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.contracts.table import table

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
INTERPRETERS = {"sh": ["sh", "-c"], "python": [sys.executable, "-c"]}
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks() -> list[tuple[str, str]]:
    """All code blocks of the README, in order: (language, content)."""
    return [(match[1], match[2]) for match in BLOCK.finditer(README)]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a newcomer has after cloning and installing."""
    folder = tmp_path_factory.mktemp("clone")
    shutil.copy2(ROOT / "Makefile", folder)
    shutil.copy2(ROOT / "pyproject.toml", folder)
    shutil.copy2(ROOT / "requirements.lock", folder)
    shutil.copytree(ROOT / "data" / "sample", folder / "data" / "sample")
    (folder / ".venv").symlink_to(Path(sys.prefix))
    return folder


def run(command: list[str], folder: Path) -> str:
    """The command's output; a command that fails shows its errors."""
    environment = {
        name: value for name, value in os.environ.items() if not re.search("CAIRN|MAKE", name)
    }
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{command} ended with {done.returncode}: {done.stderr}"
    return done.stdout


@pytest.mark.slow
@pytest.mark.requirement("R000-24", "R000-15")
def test_the_readme_s_commands_print_what_it_says(copy: Path) -> None:
    found = blocks()
    compared = 0
    for (language, content), (following, output) in zip(found, [*found[1:], ("", "")], strict=True):
        if language in INTERPRETERS:
            printed = run([*INTERPRETERS[language], content], copy).strip()
            if following in ("text", "json"):
                shown = output.strip()
                # Of the run its beginning: what follows names the version, which changes with the code.
                assert shown == (printed[: len(shown)] if content == "make run\n" else printed)
                compared += 1
    assert compared == sum(language in ("text", "json") for language, _ in found)


def test_the_readme_s_table_of_contracts_is_derived_from_the_declarations() -> None:
    assert README.endswith(table() + "\n")


def test_every_file_that_the_readme_names_is_there() -> None:
    for name in re.findall(r"`((?:pipelines|assets_tests|dbt_project)/[\w/.]*)`", README):
        assert (ROOT / name).exists(), name
    for name in re.findall(
        r"`((?:crash|dbt|defs|determinism|explain|guarantees|ingest|internships|ledger|mutations|order|privacy|proof|publish)"
        r"/[\w.]*)`",
        README,
    ):
        assert (ROOT / "assets_tests" / name).exists() or (ROOT / "pipelines" / name).exists(), name


def test_every_make_target_that_the_readme_names_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make ([a-z-]+)`", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
