"""Nothing that landed and makes anybody or anything recognisable is in any byte that `ai` can read."""

from __future__ import annotations

import re
from collections.abc import Iterator

import duckdb
import pyarrow.parquet as pq
import pytest

from assets_tests.conftest import SampleRun
from assets_tests.privacy.traces import texts_in
from pipelines.contracts import CONTRACTS
from pipelines.contracts.model import Type
from pipelines.warehouse import connect


def landed(sample_run: SampleRun) -> Iterator[str]:
    """Every id, username and address in any row that was accepted."""
    with connect(sample_run.settings) as connection:
        for contract in CONTRACTS.values():
            for column in contract.columns:
                if column.type is Type.ID or column.personal:
                    values = connection.execute(
                        f"select distinct {column.name} from raw.{contract.name}"
                        f" where {column.name} is not null"
                    ).fetchall()
                    yield from (value for (value,) in values)


@pytest.mark.requirement("R000-34", "R000-35", "G000-14", "GX-13")
def test_no_byte_of_the_ai_folder_holds_an_id_a_name_or_an_address(sample_run: SampleRun) -> None:
    words = set(landed(sample_run))
    assert {"user_1001", "inst_3001", "org_harbor", "amara.okafor"} <= words
    pattern = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in sorted(words)))
    found = {
        (name, match)
        for name, text in texts_in(sample_run.current / "ai")
        for match in pattern.findall(text)
    }
    assert found == set()
    admin = {
        match
        for _, text in texts_in(sample_run.current / "admin/org")
        for match in pattern.findall(text)
    }
    assert {"user_1001", "org_harbor", "amara.okafor"} <= admin, "the search finds nothing at all"


def test_ai_has_something_to_read(sample_run: SampleRun) -> None:
    folder = sample_run.current / "ai/internships/internship_aggregates_anonymous"
    table = pq.ParquetFile(folder / "internship_aggregates_anonymous.parquet").read()
    assert {"daily", "weekly"} == set(table["aggregation_window"].to_pylist())
    assert all(re.fullmatch("[0-9a-f]{64}", text) for text in table["subject_hash"].to_pylist())
    with duckdb.connect(sample_run.current / "ai/cairn.duckdb", read_only=True) as reader:
        [(rows,)] = reader.sql(
            "select count(*) from internships.internship_aggregates_anonymous"
        ).fetchall()
    assert rows == len(table) > 0
