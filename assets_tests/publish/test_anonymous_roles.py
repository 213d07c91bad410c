"""Who may recognise nobody is given no id: hashed where that is declared, refused where it is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from pydantic import SecretStr

from assets_tests.publish import house
from assets_tests.publish.conftest import Publish
from pipelines.checks.fingerprint import fingerprint
from pipelines.errors import CairnError
from pipelines.publish import publish

pytestmark = pytest.mark.slow

FILE = "skills/distribution/distribution.parquet"


@pytest.mark.requirement("R000-34", "G000-14", "GX-13")
def test_every_id_is_its_keyed_hash_in_parquet_and_database(publish_run: Publish) -> None:
    folder = publish_run().path / "ai"
    expected = sorted((house.hashed(f"u{n:04}"), house.hashed("s0"), n) for n in range(150, 200))
    columns = "user_id, skill_id, signals"
    with duckdb.connect(folder / "cairn.duckdb", read_only=True) as reader:
        for relation in ("skills.distribution", f"'{folder / FILE}'"):
            assert sorted(reader.sql(f"select {columns} from {relation}").fetchall()) == expected


def test_the_others_see_the_ids(publish_run: Publish) -> None:
    for role in ("student", "employer", "admin"):
        users = duckdb.sql(f"select user_id from '{publish_run().path / role / FILE}'").fetchall()
        assert users == [(f"u{n:04}",) for n in range(200)]


def test_the_order_of_the_rows_is_that_of_the_hashes(publish_run: Publish) -> None:
    """That of the ids would say which hash belongs to which."""
    users = duckdb.sql(f"select user_id from '{publish_run().path / 'ai' / FILE}'").fetchall()
    assert users == sorted(users)


@pytest.mark.requirement("R000-43")
def test_a_fingerprint_depends_on_no_key_and_the_file_does(
    publish_run: Publish, connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    one = publish_run().manifest["tables"]["skills.distribution"]
    settings = house.settings(tmp_path / "other").model_copy(
        update={"pseudonym_key": SecretStr("another key, long enough to be one")}
    )
    api = tmp_path / "api"
    other = publish(settings, connection, house.run(), house.manifest(), api).manifest
    table = other["tables"]["skills.distribution"]
    assert one["fingerprint"] == table["fingerprint"]
    assert one["fingerprint"] == fingerprint(connection, "skills.distribution").sha256
    differing = {
        r for r in one["files"] if one["files"][r]["sha256"] != table["files"][r]["sha256"]
    }
    assert differing == {"ai"}


def anonymous_mart(
    connection: duckdb.DuckDBPyConnection, columns: str, **metas: Any
) -> dict[str, Any]:
    """A manifest of one table for `ai`, which is built with these columns."""
    connection.execute(f"create table skills.shared as select 'k' as name, {columns}")
    names = connection.sql("from skills.shared").columns
    declared = [house.column(name, **metas.get(name, {})) for name in names]
    return house.manifest_of(house.mart("skills.shared", ["name"], declared, visibility=["ai"]))


@pytest.mark.requirement("R000-34", "GX-13")
@pytest.mark.parametrize(
    ("columns", "fault"),
    [
        ("'u' as user_id", "user_id of skills.shared may hold an id"),
        ("['u'] as member_ids", "member_ids of skills.shared may hold an id"),
        ("{'user_id': 'u'} as member", "member of skills.shared may hold an id"),
        ("'{}'::json as properties", "properties of skills.shared may hold an id"),
        ("map {'u': 1} as scores", "scores of skills.shared may hold an id"),
    ],
)
def test_an_id_that_is_not_declared_to_be_hashed_stops_the_publication(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, columns: str, fault: str
) -> None:
    manifest = anonymous_mart(connection, columns)
    api = house.write_macros(tmp_path / "api", {})
    with pytest.raises(CairnError, match=f"{fault}, and ai may see no id; nothing was published"):
        publish(house.settings(tmp_path), connection, house.run(), manifest, api)
    assert not (tmp_path / "published/current").exists()


def test_a_condition_on_rows_reads_the_ids_and_not_their_hashes(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    manifest = anonymous_mart(connection, "'big' as team_id", team_id={"keyed_hash_for": ["ai"]})
    [node] = manifest["nodes"].values()
    node["config"]["meta"]["visible_rows"] = {"ai": "team_id in (select 'big')"}
    api = house.write_macros(tmp_path / "api", {})
    path = publish(house.settings(tmp_path), connection, house.run(), manifest, api).path
    [row] = duckdb.sql(f"from '{path}/ai/skills/shared/shared.parquet'").fetchall()
    assert row == ("k", house.hashed("big"))


def test_a_number_cannot_be_hashed(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    manifest = anonymous_mart(connection, "7 as seat_id", seat_id={"keyed_hash_for": ["ai"]})
    with pytest.raises(CairnError, match=r"seat_id of .* is INTEGER, which no keyed hash"):
        publish(house.settings(tmp_path), connection, house.run(), manifest)


def test_lists_of_ids_are_hashed_one_by_one_and_sorted(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    columns = "['a', 'b', null, 'c'] as member_ids, null::varchar as user_id, 'x' as group_id"
    hash_, hide = {"keyed_hash_for": ["ai"]}, {"hidden_from": ["ai"]}
    manifest = anonymous_mart(connection, columns, member_ids=hash_, user_id=hash_, group_id=hide)
    api = house.write_macros(tmp_path / "api", {})
    path = publish(house.settings(tmp_path), connection, house.run(), manifest, api).path
    [row] = duckdb.sql(f"from '{path}/ai/skills/shared/shared.parquet'").fetchall()
    assert sorted(map(str, row[1])) == sorted([*map(house.hashed, "abc"), "None"])
    assert row[0] == "k" and row[2:] == (None,)
