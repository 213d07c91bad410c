"""`api.performance_record` answers with the document's record, from a file that any client can read."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from assets_tests.api import bodies, body, published_file
from assets_tests.dbt.harness import AS_OF

pytestmark = pytest.mark.slow

MACRO = "performance_record"
CALL = f"api.{MACRO}(?, ?)"


@pytest.fixture(scope="module")
def published(algebra: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The mart and the macro in a file of the format that is published."""
    path = tmp_path_factory.mktemp("published") / "cairn.duckdb"
    return published_file(path, algebra, ["records.performance_records"], [MACRO], AS_OF)


@pytest.mark.requirement(
    *("R004-19", "R004-20", "R004-21", "R004-22", "R004-23", "R004-24", "R004-25"),
    *("R004-74", "R004-75", "R004-82"),
)
def test_the_documents_example_has_the_documents_keys_in_its_order(
    client: duckdb.DuckDBPyConnection,
) -> None:
    record = body(client, CALL, "algebra", "alice")
    assert list(record.items()) == [
        ("lecture_id", "algebra"),
        ("user_id", "alice"),
        ("points_total_materialized", 58),
        ("points_max_materialized", 100),
        ("percentage_materialized", 58),
        ("achievements_met_ids", ["1", "2"]),
        ("computed_at", "2026-04-01T00:00:00.000000Z"),
    ]


@pytest.mark.parametrize(
    ("user_id", "total", "maximum", "percentage", "met"),
    [("bob", 42, 100, 42, []), ("carol", 65, 100, 65, ["1"]), ("dan", 1, 50, 2, [])],
)
def test_every_member_has_a_record(
    client: duckdb.DuckDBPyConnection,
    user_id: str,
    total: int,
    maximum: int,
    percentage: int,
    met: list[str],
) -> None:
    record = body(client, CALL, "algebra", user_id)
    assert record["points_total_materialized"] == total
    assert record["points_max_materialized"] == maximum
    assert record["percentage_materialized"] == percentage
    assert record["achievements_met_ids"] == met


@pytest.mark.requirement("R004-23")
def test_without_a_maximum_there_is_no_percentage(client: duckdb.DuckDBPyConnection) -> None:
    record = body(client, CALL, "empty", "alice")
    assert record["points_max_materialized"] == 0
    assert record["percentage_materialized"] is None


@pytest.mark.parametrize(
    ("lecture_id", "user_id"),
    [("algebra", "eve"), ("algebra", "nobody"), ("nothing", "alice"), ("empty", "bob")],
)
@pytest.mark.requirement("G004-34")
def test_who_is_no_member_has_no_row(
    client: duckdb.DuckDBPyConnection, lecture_id: str, user_id: str
) -> None:
    assert bodies(client, CALL, lecture_id, user_id) == []


@pytest.mark.parametrize(
    ("total", "maximum", "percentage"),
    [
        # 100 x 1 / 3 = 33.333..., 100 x 2 / 3 = 66.666...; exactly half: 49.995, 0.005; 1.115 is less as a DOUBLE.
        ("1", "3", 33.33),
        ("2", "3", 66.67),
        ("99.99", "200", 50.0),
        ("0.0001", "2", 0.01),
        ("1.115", "100", 1.12),
        ("0.0049", "100", 0.0),
        ("11", "10", 110.0),
        ("99999999999999.9999", "99999999999999.9999", 100.0),
    ],
)
@pytest.mark.requirement("R004-23", "R004-84")
def test_percentages_are_rounded_half_up_exactly(
    published: Path, tmp_path: Path, total: str, maximum: str, percentage: float
) -> None:
    copy = tmp_path / "cairn.duckdb"
    copy.write_bytes(published.read_bytes())
    with duckdb.connect(str(copy)) as connection:
        connection.execute(
            "update records.performance_records"
            " set points_total_materialized = ?, points_max_materialized = ? where user_id = 'bob'",
            [total, maximum],
        )
        assert body(connection, CALL, "algebra", "bob")["percentage_materialized"] == percentage
