"""The root of the Dagster graph: loads `defs/`, and maps who owns it and how fresh it must be over it.

Belongs here: policies that hold for every asset. Not here: any asset.
"""

import warnings
from datetime import timedelta
from pathlib import Path

import dagster as dg

NIGHTLY = dg.FreshnessPolicy.cron("30 2 * * *", lower_bound_delta=timedelta(minutes=30))


@dg.definitions
def defs() -> dg.Definitions:
    """Every asset belongs to the team of its group, and is made anew between 02:00 and 02:30 UTC."""
    loaded = dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
    with warnings.catch_warnings():
        # `map_asset_specs` is a preview; dagster's version is locked, so it does not change under us.
        warnings.simplefilter("ignore", dg.PreviewWarning)
        return loaded.map_asset_specs(
            func=lambda spec: dg.apply_freshness_policy(
                spec.replace_attributes(owners=[f"team:{spec.group_name}"]), NIGHTLY
            )
        )
