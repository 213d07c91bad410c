"""How much of the machine a run may use: what the control groups and the affinity of its process leave it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines.settings import Settings, _memory_bytes

GIB = 2**30


@pytest.mark.parametrize(
    ("groups", "limits", "bytes_"),
    [
        ("0::/", {"memory.max": f"{GIB}\n"}, GIB),
        ("0::/system/cairn", {"system/cairn/memory.max": f"{GIB}\n"}, GIB),
        (
            "0::/system/cairn",
            {"system/memory.max": f"{GIB}\n", "system/cairn/memory.max": "max\n"},
            GIB,
        ),
        (
            "5:cpu:/other\n4:memory:/job\n0::/",
            {"memory/job/memory.limit_in_bytes": f"{GIB}\n", "other/memory.max": "1\n"},
            GIB,
        ),
        # In a container its own group is the root, whatever the host calls it.
        ("4:memory,hugetlb:/docker/1", {"memory/memory.limit_in_bytes": f"{GIB}\n"}, GIB),
        ("4:memory:/", {"memory/memory.limit_in_bytes": f"{2**63 - 4096}\n"}, None),
        ("0::/", {}, None),
        (None, {}, None),
    ],
)
def test_memory_is_the_least_limit_of_the_control_groups_or_the_machines(
    tmp_path: Path, groups: str | None, limits: dict[str, str], bytes_: int | None
) -> None:
    if groups is not None:
        (tmp_path / "proc/self").mkdir(parents=True)
        (tmp_path / "proc/self/cgroup").write_text(f"{groups}\n")
    for name, text in limits.items():
        file = tmp_path / "sys/fs/cgroup" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert _memory_bytes(tmp_path) == (bytes_ or physical)


def test_threads_are_the_processors_that_the_process_may_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3}, raising=False)
    assert Settings().threads == 1
