"""Nobody can tell a person by a distribution: the role `ai` gets none of a team of fewer than five."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from pipelines.marts import read_marts

pytestmark = pytest.mark.slow


@pytest.mark.requirement("R001-93", "GX-13")
def test_the_role_ai_gets_teams_of_five_and_more(
    team_warehouse: Path, team: duckdb.DuckDBPyConnection
) -> None:
    manifest = json.loads((team_warehouse.parent / "target" / "manifest.json").read_text())
    [mart] = [mart for mart in read_marts(manifest) if mart.name == "performance_distribution"]
    team.execute("insert into performance.team_performance values ('quay', 4, 9, 9, 0, 9, 9, 0)")
    team.execute("insert into performance.performance_distribution values ('quay', '0-20', 4)")

    def organizations(condition: str) -> set[str]:
        rows = team.execute(
            f"select organization_id from {mart.table} where {condition}"
        ).fetchall()
        return {organization_id for (organization_id,) in rows}

    assert organizations("true") == {"harbor", "quay", "pier"}
    assert organizations(mart.visible_rows["ai"]) == {"harbor"}
    assert set(mart.visible_rows) == {"ai"}
