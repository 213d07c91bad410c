"""A version made once more, from the ledger alone, beside everything that is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from pipelines.dbt import BUILD, manifest, waiting_dbt
from pipelines.errors import CairnError, first_line
from pipelines.publish import publish
from pipelines.run import Run
from pipelines.settings import Settings
from pipelines.warehouse import connect, load
from pipelines.warehouse.scratch_root import scratch_root


@contextmanager
def derived(settings: Settings, published: Mapping[str, Any]) -> Iterator[Path]:
    """The folder of the version that a published manifest names, derived from (n, as_of); gone after the block.

    Raises `CairnError` when the ledger cannot be read or a model cannot be built.
    """
    with scratch_root(settings) as folder:
        scratch = settings.model_copy(update={"data": folder, "role_groups": {}})
        for kept in ("ledger", "quarantine", "keys", "pseudonym_key_file"):
            original: Path = getattr(settings, kept)
            if original.exists():
                getattr(scratch, kept).symlink_to(original.absolute())
        yield _derive(scratch, _run_of(published))


def _run_of(published: Mapping[str, Any]) -> Run:
    as_of = datetime.fromisoformat(published["as_of"])
    return Run("verify", published["n"], as_of, published["head"], published["code_version"])


def _derive(scratch: Settings, run: Run) -> Path:
    parsed = manifest()
    try:
        load(scratch, run)
    except (OSError, duckdb.IOException) as error:
        raise CairnError(
            f"The version {run.version} cannot be derived again, because the ledger could not be read to its end"
            f" ({first_line(error)}); what is published was left as it is; a run may have merged what was being read:"
            " try again."
        ) from error
    built = waiting_dbt(scratch).run(*BUILD, "--exclude-resource-type=test")
    if built.returncode != 0:
        raise CairnError(
            f"The version {run.version} cannot be derived again, because dbt could not build it:"
            f" {' '.join(built.stdout.split())}; what is published was left as it is; see"
            " whether `cairn run` succeeds, and try again."
        )
    with connect(scratch) as connection:
        return publish(scratch, connection, run, parsed).path
