"""What `manifest.json` promises is so: every hash, every count, and the same bytes for the same version."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets_tests.publish import house
from assets_tests.publish.conftest import Publish
from pipelines.checks.fingerprint import fingerprint
from pipelines.publish import publish, read_manifest

pytestmark = pytest.mark.slow


def parquet_hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*.parquet")
    }


def test_the_manifest_says_what_the_version_is_made_from(publish_run: Publish) -> None:
    manifest = read_manifest(publish_run().path)
    run = house.run()
    assert {key: manifest[key] for key in ("version", "n", "head", "as_of", "code_version")} == {
        "version": run.version,
        "n": 1,
        "head": run.head,
        "as_of": "2026-04-01T00:00:00.000000Z",
        "code_version": run.code_version,
    }
    assert manifest["pseudonym_key"] == house.hashed("the key of a published version")
    assert house.KEY not in json.dumps(manifest)


def test_the_manifest_describes_every_table(
    publish_run: Publish, connection: duckdb.DuckDBPyConnection
) -> None:
    tables = publish_run().manifest["tables"]
    assert list(tables) == ["ops.timings", "skills.distribution", "skills.momentum"]
    described = tables["skills.distribution"]
    assert described["rows"] == 200
    assert described["grain"] == ["user_id", "skill_id"]
    assert described["visibility"] == ["student", "employer", "admin", "ai"]
    assert described["owner"] == "user_id"
    assert tables["ops.timings"]["owner"] is None
    assert described["fingerprint"] == fingerprint(connection, "skills.distribution").sha256
    assert described["columns"][4] == {"name": "weight", "type": "DECIMAL(18,4)"}
    assert "weight" in described["files"]["employer"]["columns"]
    assert "weight" not in described["files"]["student"]["columns"]
    assert tables["skills.momentum"]["rows"] == 0
    assert tables["ops.timings"]["fingerprint"] is None


def test_every_file_is_in_the_manifest_with_its_size_and_hash(publish_run: Publish) -> None:
    publication = publish_run()
    manifest = publication.manifest
    listed = [
        *(file for table in manifest["tables"].values() for file in table["files"].values()),
        *(role["database"] for role in manifest["roles"].values()),
    ]
    found = {
        path.relative_to(publication.path).as_posix(): (
            path.stat().st_size,
            hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for path in publication.path.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert {file["path"]: (file["bytes"], file["sha256"]) for file in listed} == found


@pytest.mark.requirement("R000-51", "R000-56")
def test_an_edited_parquet_file_is_proved_wrong_by_the_manifest(
    publish_run: Publish, connection: duckdb.DuckDBPyConnection
) -> None:
    publication = publish_run()
    described = publication.manifest["tables"]["skills.distribution"]
    file = publication.path / described["files"]["admin"]["path"]
    relation = f"read_parquet('{file}')"
    assert fingerprint(connection, relation).sha256 == described["fingerprint"]
    connection.execute(
        f"create table edited as select * replace (case when signals = 7 then 8 else signals end as signals)"
        f" from {relation}; copy edited to '{file}'"
    )
    assert fingerprint(connection, relation).sha256 != described["fingerprint"]
    assert hashlib.sha256(file.read_bytes()).hexdigest() != described["files"]["admin"]["sha256"]


@pytest.mark.requirement("R000-43")
@pytest.mark.parametrize("threads", [1, 2, 8])
@pytest.mark.parametrize("order", ["all", "md5(signals::varchar)", "signals desc"])
def test_the_same_version_has_the_same_bytes(
    publish_run: Publish, tmp_path: Path, threads: int, order: str
) -> None:
    expected = parquet_hashes(publish_run().path)
    with duckdb.connect(config={"threads": threads, "preserve_insertion_order": False}) as other:
        house.build(other, order)
        settings = house.settings(tmp_path / "other", threads=threads)
        api = tmp_path / "api"
        again = publish(settings, other, house.run(), house.manifest(), api)
    assert parquet_hashes(again.path) == expected
    assert without_databases(again.manifest) == without_databases(
        read_manifest(tmp_path / "published/current")
    )


def without_databases(manifest: Any) -> Any:
    """A database file's pages may lie in another order; its tables come from the same Parquet."""
    copied = json.loads(json.dumps(manifest))
    for role in copied["roles"].values():
        del role["database"]
    return copied


@pytest.mark.slow
def test_many_row_groups_have_the_same_bytes_too(tmp_path: Path) -> None:
    hashes = set()
    for threads, order in ((1, "range"), (2, "hash(range)"), (8, "range desc")):
        with duckdb.connect(
            config={"threads": threads, "preserve_insertion_order": False}
        ) as connection:
            connection.execute(house.MEMORY)
            connection.execute(
                "create schema skills; create table skills.momentum as"
                f" select range::varchar as user_id, range as signals from range(600000) order by {order}"
            )
            node = house.manifest()["nodes"]["model.cairn.momentum"]
            settings = house.settings(tmp_path / str(threads), threads=threads)
            api = house.write_macros(tmp_path / f"api-{threads}", {})
            published = publish(settings, connection, house.run(), house.manifest_of(node), api)
            hashes.add(json.dumps(parquet_hashes(published.path), sort_keys=True))
    assert len(hashes) == 1
