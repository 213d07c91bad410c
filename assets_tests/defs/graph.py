"""The Dagster graph as text, one line per fact, to be held against `graph.txt` with a readable diff.

After a change that is meant: `python -m assets_tests.defs.graph > assets_tests/defs/graph.txt`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

SNAPSHOT = Path(__file__).with_name("graph.txt")


def describe(defs: dg.Definitions) -> list[str]:
    """Assets with group, owners, step and dependencies; their checks; jobs, crons and sensors."""
    return [*_assets(defs), *_automation(defs)]


def _assets(defs: dg.Definitions) -> Iterator[str]:
    graph = defs.resolve_asset_graph()
    for key in sorted(graph.get_all_asset_keys()):
        node = graph.get(key)
        step = node.assets_def.op.name if node.is_executable else "none"
        yield f"asset {_name(key)} | group {node.group_name} | {', '.join(node.owners)} | step {step}"
        yield from (f"    after {_name(parent)}" for parent in sorted(node.parent_keys))
        for check in sorted(node.check_keys):
            word = "blocking check" if graph.get_check_spec(check).blocking else "warning check"
            yield f"    {word} {check.name}"


def _automation(defs: dg.Definitions) -> Iterator[str]:
    for job in sorted(defs.resolve_all_job_defs(), key=lambda job: job.name):
        if not job.name.startswith("__"):
            steps = sorted(node.name for node in job.nodes)
            yield f"job {job.name} | {job.executor_def.name} | steps {', '.join(steps)}"
    for schedule in defs.schedules or ():
        yield (
            f"schedule {schedule.name} | {schedule.cron_schedule} {schedule.execution_timezone}"
            f" | job {schedule.job_name} | {schedule.default_status.value}"
        )
    for sensor in defs.sensors or ():
        yield f"sensor {sensor.name} | job {sensor.job_name} | {sensor.default_status.value}"


def _name(key: dg.AssetKey) -> str:
    return "/".join(key.path)


if __name__ == "__main__":
    from pipelines.definitions import defs

    print("\n".join(describe(defs())))
