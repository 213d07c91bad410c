"""The dbt project as assets: the names that models have, and the marts among them.

Belongs here: what dagster-dbt is told of the project. Not here: the step that builds the models, and dbt's process.
"""

import os
from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings

from pipelines.dbt import BIN, manifest
from pipelines.marts import read_marts

# dagster-dbt looks `dbt` up on PATH.
os.environ["PATH"] = os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)])


class Translator(DagsterDbtTranslator):
    """A model is the asset [schema, table], in the group of its domain, as in the warehouse."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """[<domain>, <mart>], [staging, stg_<contract>], [raw, <contract>]."""
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey([dbt_resource_props["source_name"], dbt_resource_props["name"]])
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["alias"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The domain: the folder that the model's file lies in."""
        return str(dbt_resource_props["fqn"][-2])

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """What the YAML beside the model says, without the SQL."""
        return str(dbt_resource_props.get("description") or dbt_resource_props["name"])


# dbt's tests are part of the build, which fails with them; the asset checks are those of `pipelines.checks`.
TRANSLATOR = Translator(DagsterDbtTranslatorSettings(enable_asset_checks=False))
PARSED = manifest()
MARTS = tuple(mart.table for mart in read_marts(PARSED))
