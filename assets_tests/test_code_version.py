"""What a version's name says of the code: all that people write, and nothing that their tools leave beside it."""

from __future__ import annotations

from pathlib import Path

from pipelines.code_version import sources


def test_what_tools_leave_is_no_source(tmp_path: Path) -> None:
    written = [tmp_path / "models" / "a.sql", tmp_path / "models" / "a.yml", tmp_path / "b.py"]
    left = [tmp_path / "target" / "a.sql", tmp_path / "logs" / "b.py", tmp_path / ".user.yml"]
    for path in (*written, *left, tmp_path / "notes.txt"):
        path.parent.mkdir(exist_ok=True)
        path.touch()
    (tmp_path / "models" / ".#a.sql").symlink_to("somebody@somewhere:1")  # an editor's lock
    assert sources(tmp_path) == sorted(written)
