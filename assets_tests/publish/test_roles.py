"""What each role's folder and database hold, column by column, and what they must not hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets_tests.publish import house
from assets_tests.publish.conftest import Publish
from pipelines.checks.fingerprint import fingerprint
from pipelines.errors import CairnError
from pipelines.publish import publish

pytestmark = pytest.mark.slow

ALL = [
    "user_id",
    "skill_id",
    "tags",
    "detail",
    "weight",
    "share",
    "signals",
    "is_recent",
    "day",
    "last_signal_at",
]
WITHOUT_WEIGHT = [name for name in ALL if name != "weight"]

SEEN = {
    "student": {"skills.distribution": WITHOUT_WEIGHT},
    "employer": {"skills.distribution": ALL},
    "teacher": {"skills.momentum": ["user_id", "signals"]},
    "admin": {
        "ops.timings": ["run_id", "value"],
        "skills.distribution": ALL,
        "skills.momentum": ["user_id", "signals"],
    },
    "ai": {"skills.distribution": [name for name in ALL if name != "detail"]},
}


def columns_of_parquet(folder: Path) -> dict[str, list[str]]:
    return {
        f"{path.parent.parent.name}.{path.parent.name}": duckdb.read_parquet(str(path)).columns
        for path in sorted(folder.glob("*/*/*.parquet"))
    }


def columns_of_database(path: Path) -> dict[str, list[str]]:
    with duckdb.connect(path, read_only=True) as reader:
        found = reader.execute(
            "select schema_name || '.' || table_name, list(column_name order by column_index)"
            " from duckdb_columns() where not internal and schema_name <> 'main'"
            " group by all order by all"
        ).fetchall()
    return dict(found)


@pytest.mark.requirement("R000-31", "R000-32", "R000-33", "R000-34")
@pytest.mark.parametrize("role", SEEN)
def test_a_role_gets_exactly_what_names_it(publish_run: Publish, role: str) -> None:
    folder = publish_run().path / role
    assert columns_of_parquet(folder) == SEEN[role]
    assert columns_of_database(folder / "cairn.duckdb") == SEEN[role]
    expected = {f"{table.replace('.', '/')}/{table.split('.')[1]}.parquet" for table in SEEN[role]}
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert found == {*expected, "cairn.duckdb"}


def test_there_is_a_folder_for_every_role_and_nothing_else(publish_run: Publish) -> None:
    assert {path.name for path in publish_run().path.iterdir()} == {*SEEN, "manifest.json"}


def test_parquet_and_database_hold_the_rows_of_the_warehouse(
    publish_run: Publish, connection: duckdb.DuckDBPyConnection
) -> None:
    path = publish_run().path / "admin"
    expected = connection.sql(
        "select * from skills.distribution order by user_id, skill_id"
    ).fetchall()
    parquet = connection.sql(f"from '{path}/skills/distribution/distribution.parquet'")
    assert parquet.fetchall() == expected
    with duckdb.connect(path / "cairn.duckdb", read_only=True) as reader:
        reader.execute("set TimeZone = 'UTC'")
        table = reader.sql("from skills.distribution")
        assert table.types == parquet.types
        assert table.fetchall() == expected


def test_who_sees_all_gets_all_of_what_another_sees_a_part_of(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    declared = house.manifest()
    del declared["nodes"]["model.cairn.momentum"]
    distribution = declared["nodes"]["model.cairn.distribution"]
    distribution["config"]["meta"] = {
        "visibility": ["student", "admin"],
        "visible_rows": {"student": "signals < 50"},
    }
    api = house.write_macros(tmp_path / "api", {"weights": house.MACROS["weights"]})
    path = publish(house.settings(tmp_path), connection, house.run(), declared, api).path
    for role, rows in (("student", 50), ("admin", 200)):
        with duckdb.connect(path / role / "cairn.duckdb", read_only=True) as reader:
            assert reader.execute("select count(*) from skills.distribution").fetchone() == (rows,)
            commented = reader.execute(
                "select column_name from duckdb_columns() where table_name = 'distribution'"
                " and comment is not null"
            ).fetchall()
            assert (("weight",) in commented) == (role == "admin")


def test_a_table_that_was_measured_already_is_not_measured_again(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    table = "skills.distribution"
    known = replace(fingerprint(connection, table), sha256="f" * 64)
    published = publish(
        house.settings(tmp_path),
        connection,
        house.run(),
        house.manifest(),
        house.write_macros(tmp_path / "api"),
        measured={table: known},
    ).manifest["tables"]
    assert published[table]["fingerprint"] == "f" * 64
    assert published["skills.momentum"]["fingerprint"] == (
        fingerprint(connection, "skills.momentum").sha256
    )


def test_a_role_with_a_row_condition_gets_those_rows_only(publish_run: Publish) -> None:
    path = publish_run().path / "ai"
    query = "select count(*), min(signals) from {}"
    with duckdb.connect(path / "cairn.duckdb", read_only=True) as reader:
        for relation in (
            f"'{path}/skills/distribution/distribution.parquet'",
            "skills.distribution",
        ):
            assert reader.execute(query.format(relation)).fetchone() == (50, 150)


def test_an_empty_table_exists_with_its_columns(publish_run: Publish) -> None:
    path = publish_run().path / "teacher/skills/momentum/momentum.parquet"
    assert duckdb.read_parquet(str(path)).fetchall() == []
    assert duckdb.read_parquet(str(path)).columns == ["user_id", "signals"]


def test_the_database_says_what_it_is(publish_run: Publish) -> None:
    publication = publish_run()
    with duckdb.connect(publication.path / "student/cairn.duckdb", read_only=True) as reader:
        assert reader.sql("from version").fetchall() == [
            (publication.version, 1, house.AS_OF, "c" * 64)
        ]
        comments = dict(
            reader.execute(
                "select table_name, comment from duckdb_tables() where schema_name = 'skills'"
                " union all select column_name, comment from duckdb_columns() where schema_name = 'skills'"
                " union all select 'api.' || function_name, comment from duckdb_functions()"
                " where schema_name = 'api'"
            ).fetchall()
        )
    assert comments["distribution"] == "What distribution is, one row per user_id, skill_id."
    assert comments["api.distribution"] == "Whose they are, and when."
    assert {name: comments[name] for name in WITHOUT_WEIGHT} == {
        name: f"The {name}'s unit." for name in WITHOUT_WEIGHT
    }


def test_the_database_is_one_file_in_the_old_storage_format(publish_run: Publish) -> None:
    folder = publish_run().path / "admin"
    assert [path.name for path in folder.glob("cairn.duckdb*")] == ["cairn.duckdb"]
    with duckdb.connect(folder / "cairn.duckdb", read_only=True) as reader:
        [(tags,)] = reader.sql(
            "select tags from duckdb_databases() where database_name = 'cairn'"
        ).fetchall()
    assert tags["storage_version"].startswith("v1.0.0")


MACROS_OF = {
    "student": ["distribution"],
    "employer": ["distribution", "weights"],
    "teacher": ["momentum"],
    "admin": ["distribution", "momentum", "weights"],
    "ai": ["distribution", "weights"],
}


@pytest.mark.parametrize("role", MACROS_OF)
def test_a_role_gets_the_macros_that_its_tables_allow(publish_run: Publish, role: str) -> None:
    publication = publish_run()
    assert publication.manifest["roles"][role]["macros"] == MACROS_OF[role]
    with duckdb.connect(publication.path / role / "cairn.duckdb", read_only=True) as reader:
        found = reader.execute(
            "select function_name from duckdb_functions() where schema_name = 'api' order by all"
        ).fetchall()
        assert [name for (name,) in found] == MACROS_OF[role]
        for name in MACROS_OF[role]:
            arguments = "'u0001'" if name == "distribution" else ""
            reader.sql(f"from api.{name}({arguments})").fetchall()


def test_a_macro_reads_the_role_s_own_tables(publish_run: Publish) -> None:
    with duckdb.connect(publish_run().path / "ai/cairn.duckdb", read_only=True) as reader:
        hidden, shown = (house.hashed(user) for user in ("u0149", "u0150"))
        assert reader.sql(f"from api.distribution('{hidden}')").fetchall() == []
        assert reader.sql(f"from api.distribution('{shown}')").fetchall() == [(shown, house.AS_OF)]


@pytest.mark.parametrize(
    "sql",
    [
        "create macro api.broken() as table from skills.no_such_table",
        "create macro api.broken() as table select no_such_column from skills.momentum",
        "create macro api.other_name() as table from skills.momentum",
    ],
)
def test_a_macro_that_administrators_cannot_call_stops_the_publication(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, sql: str
) -> None:
    api = house.write_macros(tmp_path / "api", {"broken": sql})
    with pytest.raises(CairnError, match=r"api\.broken cannot be called on admin's tables"):
        publish(house.settings(tmp_path), connection, house.run(), house.manifest(), api)
    assert not (tmp_path / "published/current").exists()


def test_a_macro_may_call_others_whatever_their_names(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    macros = {
        "a_total": "create macro api.a_total() as table select sum(weight) as total from api.b_weights()",
        "b_weights": "create macro api.b_weights() as table from api.weights()",
    }
    api = house.write_macros(tmp_path / "api", macros | house.MACROS)
    published = publish(house.settings(tmp_path), connection, house.run(), house.manifest(), api)
    roles = {role: told["macros"] for role, told in published.manifest["roles"].items()}
    assert roles["admin"] == sorted(macros | house.MACROS)
    # A student has no weights, hence none of the three.
    assert roles["student"] == ["distribution"]


def incomplete(**changes: Any) -> dict[str, Any]:
    declared = house.manifest()
    for key, value in changes.items():
        node = declared["nodes"]["model.cairn.momentum"]
        if key in ("constraints", "columns"):
            node[key] = value
        else:
            node["config"]["meta"][key] = value
    return declared


@pytest.mark.requirement("R000-35")
@pytest.mark.parametrize(
    ("manifest", "fault"),
    [
        (incomplete(visibility=[]), "declares no visibility"),
        (incomplete(visibility=["admin", "everyone"]), "unknown role everyone"),
        (incomplete(visible_rows={"parent": "true"}), "unknown role parent"),
        (
            incomplete(columns={"user_id": house.column("user_id", hidden_from=["pupil"])}),
            "unknown role pupil",
        ),
        (
            incomplete(columns={"user_id": house.column("user_id", keyed_hash_for=["bot"])}),
            "unknown role bot",
        ),
        (incomplete(constraints=[]), "declares no grain"),
        (
            incomplete(constraints=[{"type": "primary_key", "columns": ["week"]}]),
            "declares no grain",
        ),
        (incomplete(owner="student_id"), "owner student_id, which is none of its columns"),
        (incomplete(columns={"user_id": house.column("user_id")}), r"columns .*\(signals\)"),
    ],
)
def test_what_is_not_declared_is_denied(
    tmp_path: Path,
    connection: duckdb.DuckDBPyConnection,
    manifest: dict[str, Any],
    fault: str,
) -> None:
    with pytest.raises(CairnError, match=rf"skills\.momentum .*{fault}"):
        publish(house.settings(tmp_path), connection, house.run(), manifest)
    assert not (tmp_path / "published/current").exists()


def test_visibility_may_be_declared_in_either_place_and_not_left_out(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    declared = house.manifest()
    node = declared["nodes"]["model.cairn.momentum"]
    del node["config"]["meta"]["visibility"]
    api = house.write_macros(tmp_path / "api", {})
    with pytest.raises(CairnError, match="declares no visibility"):
        publish(house.settings(tmp_path), connection, house.run(), declared, api)
    node["meta"] = {"visibility": ["admin"]}
    publication = publish(house.settings(tmp_path), connection, house.run(), declared, api)
    assert publication.manifest["tables"]["skills.momentum"]["visibility"] == ["admin"]
