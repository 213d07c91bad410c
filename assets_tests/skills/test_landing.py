"""What may land about skills, and what never becomes one: the contracts of the domain, at the door."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets_tests.ingest.data_root import DataRoot, reasons


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    """An empty data root."""
    return DataRoot(tmp_path / "data")


@pytest.mark.requirement("R002-12", "R002-43", "G002-05", "G002-15")
def test_an_update_needs_its_project_author_and_text(root: DataRoot) -> None:
    entry = root.taken(
        "progress_updates",
        "updates.csv",
        "progress_update_id,project_id,user_id,content,occurred_at\n"
        "1,0,0,Merged.,2026-03-01T09:00:00Z\n"
        "2,,0,Merged.,2026-03-01T09:00:00Z\n"
        "3,0, ,Merged.,2026-03-01T09:00:00Z\n"
        "4,0,0,,2026-03-01T09:00:00Z\n",
    )
    assert (entry.accepted, entry.quarantined) == (1, 3)
    [kept] = root.accepted("progress_updates")
    assert (kept["project_id"], kept["user_id"]) == ("0", "0")
    assert reasons(root.quarantined("progress_updates")) == {
        "missing:project_id": 1,
        "missing:user_id": 1,
        "missing:content": 1,
    }


@pytest.mark.requirement("R002-19", "G002-06")
def test_an_unknown_type_of_event_stays_at_the_door(root: DataRoot) -> None:
    entry = root.taken(
        "project_events",
        "events.csv",
        "project_event_id,project_id,user_id,event_type,occurred_at\n"
        "1,p,ann,joined,2026-03-01T09:00:00Z\n"
        "2,p,ann,endorsed,2026-03-01T09:00:00Z\n",
    )
    assert (entry.accepted, entry.quarantined) == (1, 1)
    assert reasons(root.quarantined("project_events")) == {"enum:event_type": 1}


@pytest.mark.requirement("R002-06", "R002-08", "R002-24", "R002-79")
@pytest.mark.parametrize(
    "folder", ["user_skill_signals", "skill_distribution", "skill_momentum", "skill_activity"]
)
def test_nobody_can_land_a_signal_or_a_chart(folder: str, root: DataRoot) -> None:
    root.drop(f"{folder}/rows.csv", "user_id,skill_id,source_type\nann,sql,manual\n")
    report = root.ingest()
    assert report.batch is None
    assert len(report.unknown_contract) == 1


@pytest.mark.requirement("R002-13", "R002-58", "R002-87", "G002-17")
def test_a_session_is_kept_with_its_focus_and_perhaps_a_project(root: DataRoot) -> None:
    root.taken(
        "mentorship_sessions",
        "sessions.csv",
        "mentorship_session_id,intern_id,mentor_id,session_focus,project_id,status,occurred_at\n"
        "1,dee,kim,Python packaging,p,completed,2026-03-01T09:00:00Z\n"
        "2,dee,kim,,,,2026-03-02T09:00:00Z\n",
    )
    assert [
        (row["session_focus"], row["project_id"]) for row in root.accepted("mentorship_sessions")
    ] == [("Python packaging", "p"), (None, None)]


@pytest.mark.requirement("R002-30", "R002-31")
def test_ideas_are_kept_with_the_project(root: DataRoot) -> None:
    root.taken(
        "projects",
        "projects.jsonl",
        '{"project_id": "p", "metadata": {"skill_ideas": ["leadership"]}}\n',
    )
    [project] = root.accepted("projects")
    assert "leadership" in project["metadata"]
