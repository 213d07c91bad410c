"""Who may open a version's files: each role's folder belongs to one group, and to nobody else.

Belongs here: modes and groups. Not here: what is in the files. A role's folder holds files of its own alone, so that
what one group may open says nothing about another's: no link leads from one role's folder to another's.
"""

from __future__ import annotations

import grp
import shutil
from pathlib import Path

from pipelines.errors import CairnError
from pipelines.marts import ROLES
from pipelines.settings import Settings

FOR_ALL, FOR_ALL_FOLDER = 0o644, 0o755
FOR_GROUP, FOR_GROUP_FOLDER = 0o640, 0o750


def open_to_all(*paths: Path) -> None:
    """Have everybody read what tells of no row, and pass through what leads to the roles' folders."""
    for path in paths:
        mode = FOR_ALL_FOLDER if path.is_dir() else FOR_ALL
        if path.stat().st_mode & 0o777 != mode:
            path.chmod(mode)


def hand_out(settings: Settings, version: Path) -> None:
    """Give each role's folder to its group (`CAIRN_ROLE_GROUPS`, else the run's own) and close it to all others.

    Raises `CairnError` for a group that is not there, or that the run may not give files to.
    """
    open_to_all(version, *(path for path in version.iterdir() if path.is_file()))
    check_groups(settings)
    for role in ROLES:
        folder = version / role
        for path in (folder, *folder.rglob("*")):
            if role in settings.role_groups:
                _give(path, settings.role_groups[role])
            path.chmod(FOR_GROUP_FOLDER if path.is_dir() else FOR_GROUP)


def _give(path: Path, group: str) -> None:
    try:
        shutil.chown(path, group=group)
    except PermissionError as error:
        raise _cannot_be_given(group, error) from error


def check_groups(settings: Settings) -> None:
    """Raise `CairnError` for a role or a group that is not there, before anything is done for it."""
    unknown = sorted(set(settings.role_groups) - set(ROLES))
    if unknown:
        raise CairnError(
            f"CAIRN_ROLE_GROUPS names {', '.join(unknown)}, but the roles are {', '.join(ROLES)}; nothing was"
            " published and the last version stands; correct it."
        )
    for group in settings.role_groups.values():
        try:
            grp.getgrnam(group)
        except KeyError as error:
            raise _cannot_be_given(group, error) from error


def _cannot_be_given(group: str, error: Exception) -> CairnError:
    return CairnError(
        f"The published files cannot be given to the group {group!r} of CAIRN_ROLE_GROUPS ({error}); nothing was"
        " published and the last version stands; make the group and put the user of this run into it."
    )
