"""`cairn verify --deep`: one edited value anywhere in what is published is found, and named by its row."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets_tests.conftest import SampleRun
from pipelines.cli import FAILED, UNPROVED, main
from pipelines.errors import CairnError
from pipelines.proof import prove
from pipelines.proof.differences import MOST_ROWS, differences
from pipelines.proof.files import file_problems
from pipelines.publish import read_manifest
from pipelines.settings import Settings

AGGREGATES = "internships/internship_aggregates/internship_aggregates.parquet"
GRAIN = "internship_instance_id=inst_3001, aggregation_window=weekly, period_start=2026-03-01"
WEEK = "internship_instance_id = 'inst_3001' and aggregation_window = 'weekly' and period_start = '2026-03-01'"


def edit_parquet(file: Path, change: str, where: str) -> None:
    """Rewrite a Parquet file with one column of the rows of a condition changed, such as `x: x + 1`."""
    column, _, value = change.partition(": ")
    edited = file.with_suffix(".edited")
    duckdb.execute(
        f"copy (select * replace (case when {where} then {value} else {column} end as {column})"
        f" from '{file}') to '{edited}' (format parquet, compression zstd)"
    )
    edited.replace(file)


def edit_database(file: Path, *statements: str) -> None:
    with duckdb.connect(file) as writer:
        for statement in statements:
            writer.execute(statement)


def reseal(version: Path, name: str) -> None:
    """Let the manifest vouch for a file as it is now, as a careful forger would."""
    manifest = read_manifest(version)
    content = (version / name).read_bytes()
    for listed in [
        *(file for table in manifest["tables"].values() for file in table["files"].values()),
        *(role["database"] for role in manifest["roles"].values()),
    ]:
        if listed["path"] == name:
            listed |= {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    (version / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.requirement("R000-51", "R000-56", "R000-25")
def test_every_edit_is_named_and_nothing_else_is(
    sample_run: SampleRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A value in a Parquet file whose hash was made to fit, one in a database, and a row too many."""
    settings = sample_run.copy_to(tmp_path / "data")
    version = (settings.published / "current").resolve()
    edit_parquet(version / "employer" / AGGREGATES, "tasks_late: tasks_late + 1", WEEK)
    reseal(version, f"employer/{AGGREGATES}")
    edit_database(
        version / "teacher/cairn.duckdb",
        "update records.student_standing set percentage_materialized = 100"
        " where user_id = 'user_1051' and lecture_id = 'lec_linear_algebra'",
        "insert into org.weeks values ('1999-12-26', '2000-01-01')",
    )
    before = {path: path.stat().st_mtime_ns for path in settings.data.rglob("*")}

    assert main(["verify", "--deep", "--data", str(settings.data)]) == FAILED

    told = capsys.readouterr()
    assert told.out.startswith("The ledger is whole: 1 batch, head ")
    [file, value, week, standing] = (
        line.removeprefix(f"{version.name}: ") for line in told.err.splitlines()
    )
    assert file == "teacher/cairn.duckdb was changed: its SHA-256 is not that of the manifest"
    assert value == (
        f"internships.internship_aggregates for employer: in the row {GRAIN} tasks_late is 2 instead of 1"
    )
    assert week == (
        "teacher/cairn.duckdb: org.weeks: the row week_start=1999-12-26 does not follow from the ledger"
    )
    assert standing.startswith(
        "teacher/cairn.duckdb: records.student_standing: in the row lecture_id=lec_linear_algebra,"
        " user_id=user_1051 percentage_materialized is 100.0 instead of 82.58"
    )
    after = {path: path.stat().st_mtime_ns for path in settings.data.rglob("*")}
    assert after == before, "it wrote to what it looked at"


@pytest.fixture
def pair(sample_run: SampleRun, tmp_path: Path) -> tuple[Path, Path]:
    """A published version to spoil, and the same one as it was derived."""
    spoiled = tmp_path / "spoiled"
    shutil.copytree(sample_run.current, spoiled)
    return spoiled, sample_run.current


def test_a_version_does_not_differ_from_itself(pair: tuple[Path, Path]) -> None:
    assert list(differences(*pair)) == []
    assert list(file_problems(pair[0], read_manifest(pair[0]))) == []


def change_manifest(change: Callable[[dict[str, Any]], None]) -> Callable[[Path], None]:
    def spoil(version: Path) -> None:
        manifest = read_manifest(version)
        change(manifest)
        (version / "manifest.json").write_text(json.dumps(manifest))

    return spoil


def in_database(role: str, *statements: str) -> Callable[[Path], None]:
    return lambda version: edit_database(version / role / "cairn.duckdb", *statements)


USERS = "admin/org/users/users.parquet"
# What is done to one version, each time to another place of it, and the only sentences about that.
SPOILED: dict[str, list[tuple[Callable[[Path], None], list[str]]]] = {
    "files that cannot be read": [
        (lambda v: (v / USERS).unlink(), ["org.users for admin cannot be compared: IO Error"]),
        (lambda v: (v / "student/org/weeks/weeks.parquet").write_bytes(b"x"), [
            "org.weeks for student cannot be compared"
        ]),
        (lambda v: (v / "student/cairn.duckdb").write_bytes(b"no database"), [
            "student/cairn.duckdb cannot be read"
        ]),
        (change_manifest(lambda m: m.update(n=7)), ["manifest.json says n 7 instead of 1"]),
    ],
    "values and tables": [
        (lambda v: edit_parquet(v / USERS, "username: 'eve'", "user_id = 'user_1001'"), [
            "org.users for admin: in the row user_id=user_1001 username is 'eve' instead of 'amara.okafor'"
        ]),
        (in_database("admin", "insert into org.weeks from org.weeks limit 1"), [
            "admin/cairn.duckdb: org.weeks: the row week_start="
        ]),
        (in_database("teacher", "drop table org.weeks"), [
            "teacher/cairn.duckdb: the table org.weeks is missing"
        ]),
        (in_database("ai", "create table org as select 'u' as id"), [
            "ai/cairn.duckdb: the table main.org was added"
        ]),
        (in_database("ai", "update main.version set version = 'v'"), [
            "ai/cairn.duckdb: main.version: the row version=v, n=1, ",
            "ai/cairn.duckdb: main.version: the row version=n000001-20260401",
        ]),
        (change_manifest(lambda m: m["tables"]["org.weeks"].update(fingerprint="0" * 64)), [
            "manifest.json says another fingerprint of org.weeks than follows from the ledger"
        ]),
    ],
    "keys and definitions": [
        (lambda v: edit_parquet(v / USERS, "user_id: 'eve'", "user_id = 'user_1001'"), [
            "org.users for admin: the row user_id=eve does not follow from the ledger",
            "org.users for admin: the row user_id=user_1001 is missing",
        ]),
        (in_database("admin", "alter table org.users add column email varchar"), [
            "admin/cairn.duckdb: the table org.users is defined otherwise"
        ]),
        (in_database("teacher", "comment on column org.weeks.week_end is 'anything'"), [
            "teacher/cairn.duckdb: the table org.weeks is defined otherwise"
        ]),
        (in_database("admin", "create or replace macro api.performance_record(a, b) as table select 1"), [
            "admin/cairn.duckdb: the macro performance_record is defined otherwise"
        ]),
        (in_database("teacher", "drop macro table api.performance_record"), [
            "teacher/cairn.duckdb: the macro performance_record is missing"
        ]),
    ],
    "tables of the manifest": [
        (change_manifest(lambda m: m["tables"].update({"a.b": m["tables"].pop("org.users")})), [
            "org.users is missing from manifest",
            "a.b is published and is no table of this code",
        ]),
    ],
}  # fmt: skip


@pytest.mark.requirement("R000-51", "R000-56")
@pytest.mark.parametrize("group", SPOILED)
def test_what_differs_is_named_and_nothing_else(pair: tuple[Path, Path], group: str) -> None:
    for spoil, _ in SPOILED[group]:
        spoil(pair[0])
    said = list(differences(*pair))
    sentences = [sentence for _, told in SPOILED[group] for sentence in told]
    unnamed = [sentence for sentence in sentences if not any(sentence in line for line in said)]
    assert unnamed == [], said
    assert len(said) == len(sentences), "\n".join(said)


def test_files_that_the_manifest_does_not_know_or_misses_are_named(pair: tuple[Path, Path]) -> None:
    version = pair[0]
    (version / USERS).unlink()
    (version / "ai" / "users.csv").write_text("u\n")
    assert list(file_problems(version, read_manifest(version))) == [
        f"{USERS} is missing",
        "ai/users.csv is in no manifest: it was added",
    ]


def test_very_many_rows_are_named_up_to_a_number(pair: tuple[Path, Path]) -> None:
    in_database(
        "admin",
        "insert into org.weeks select date '0001-01-01' + range::int, null from range(3000)",
    )(pair[0])
    said = list(differences(*pair))
    assert len(said) == MOST_ROWS + 1
    assert said[-1].endswith(f"and more rows than these {MOST_ROWS}")


def test_a_version_of_other_code_is_said_to_be_one(
    sample_run: SampleRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = sample_run.copy_to(tmp_path / "data")
    change_manifest(lambda m: m.update(code_version="0" * 64))(settings.published / "current")
    assert main(["verify", "--deep", "--data", str(settings.data)]) == UNPROVED
    told = capsys.readouterr().err
    assert "was not derived again: it was made by the code 000000000000, and this is " in told
    assert "What was proved: the ledger is whole, and the files are those of the manifest" in told


@pytest.mark.parametrize("key", ["another key, long enough to be one", None])
def test_a_version_whose_ids_were_hashed_with_another_key_is_said_to_be_one(
    sample_run: SampleRun,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    key: str | None,
) -> None:
    settings = sample_run.copy_to(tmp_path / "data")
    settings.pseudonym_key_file.unlink()
    if key:
        monkeypatch.setenv("CAIRN_PSEUDONYM_KEY", key)
    assert main(["verify", "--deep", "--data", str(settings.data)]) == UNPROVED
    assert "was not derived again: its ids were hashed with another key " in capsys.readouterr().err
    assert not settings.pseudonym_key_file.exists()


@pytest.mark.parametrize("contract", ["badge_awards", "users"])
def test_segments_that_a_run_merges_meanwhile_are_said_clearly(
    sample_run: SampleRun, tmp_path: Path, contract: str
) -> None:
    settings = sample_run.copy_to(tmp_path / "data")
    (settings.ledger / contract / "000001.parquet").unlink()
    with pytest.raises(CairnError, match=r"could not be read to its end .*: try again"):
        prove(settings)


def test_nothing_published_is_nothing_to_prove(data_root: Settings) -> None:
    with pytest.raises(CairnError, match=r"Nothing is published in .*; run `cairn run` first"):
        prove(data_root)


@pytest.mark.parametrize("content", ["", "[]", "{}", "\0"])
def test_a_manifest_that_cannot_be_read_is_a_problem(data_root: Settings, content: str) -> None:
    version = data_root.published / "versions" / "v"
    version.mkdir(parents=True)
    (version / "manifest.json").write_text(content)
    (data_root.published / "current").symlink_to(Path("versions") / "v")
    [problem] = prove(data_root).problems
    assert "manifest.json cannot be read (" in problem
