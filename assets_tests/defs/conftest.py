"""The graph, loaded once."""

from __future__ import annotations

import dagster as dg
import pytest


@pytest.fixture(scope="session")
def loaded() -> dg.Definitions:
    """All definitions of the code location."""
    from pipelines.definitions import defs

    return defs()
