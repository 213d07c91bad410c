"""Each role's folder can be handed to a group of its own, and says nothing to anybody else."""

from __future__ import annotations

import grp
import os
from pathlib import Path

import duckdb
import pytest

from assets_tests.conftest import SampleRun
from assets_tests.publish import house
from assets_tests.publish.conftest import Publish
from pipelines.errors import CairnError
from pipelines.marts import ROLES
from pipelines.publish import publish, write_status

pytestmark = pytest.mark.slow


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.requirement("R000-31", "R000-34", "R000-35", "GX-09")
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_a_role_s_folder_is_its_group_s_alone_whatever_the_umask(
    publish_run: Publish, tmp_path: Path, umask: int
) -> None:
    before = os.umask(umask)
    try:
        version = publish_run().path
        write_status(house.settings(tmp_path), "run")
    finally:
        os.umask(before)
    for role in ROLES:
        paths = [version / role, *(version / role).rglob("*")]
        assert {mode(path) for path in paths if path.is_dir()} == {0o750}
        assert {mode(path) for path in paths if path.is_file()} == {0o640}
    published = tmp_path / "published"
    for folder in (published, published / "versions", version):
        assert mode(folder) == 0o755
    for file in (version / "manifest.json", published / "status.json"):
        assert mode(file) == 0o644


@pytest.mark.requirement("R000-34", "R000-35")
def test_no_role_s_folder_leads_to_another_s(publish_run: Publish) -> None:
    version = publish_run().path
    files = [path for role in ROLES for path in (version / role).rglob("*")]
    assert not any(path.is_symlink() for path in files)
    assert {path.stat().st_nlink for path in files if path.is_file()} == {1}
    admin, employer = (
        (version / role / "skills/distribution/distribution.parquet").read_bytes()
        for role in ("admin", "employer")
    )
    assert admin == employer


def test_a_role_s_files_are_given_to_its_group(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    """As root to any group; as anybody else to one of one's own."""
    ours = [group.gr_name for group in grp.getgrall() if group.gr_gid in os.getgroups()]
    groups = [group.gr_name for group in grp.getgrall()] if os.geteuid() == 0 else ours
    chosen = {"ai": groups[-1], "student": groups[0]}
    path = publish_with(tmp_path, connection, chosen)
    for role, group in chosen.items():
        owners = {file.group() for file in ((path / role), *(path / role).rglob("*"))}
        assert owners == {group}


@pytest.mark.parametrize(
    ("groups", "fault"),
    [
        ({"ai": "no-such-group"}, "cannot be given to the group 'no-such-group'"),
        ({"robot": "root"}, "CAIRN_ROLE_GROUPS names robot"),
    ],
)
def test_a_group_that_is_not_there_stops_the_publication(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, groups: dict[str, str], fault: str
) -> None:
    with pytest.raises(CairnError, match=f"{fault}.*; nothing was published"):
        publish_with(tmp_path, connection, groups)
    assert not (tmp_path / "published/current").exists()
    assert list((tmp_path / "published/versions").iterdir()) == []


def publish_with(
    folder: Path, connection: duckdb.DuckDBPyConnection, groups: dict[str, str]
) -> Path:
    settings = house.settings(folder).model_copy(update={"role_groups": groups})
    api = house.write_macros(folder / "api")
    return publish(settings, connection, house.run(), house.manifest(), api).path


def test_what_is_not_published_is_the_run_s_alone(sample_run: SampleRun) -> None:
    root = sample_run.settings.data
    published = {"landing", "published"}
    open_ = [p.name for p in root.iterdir() if mode(p) & 0o077 and p.name not in published]
    assert open_ == []
    assert mode(root) & 0o055 == 0o055
