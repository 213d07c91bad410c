"""What the tests of sources share."""

from pathlib import Path

import pytest

from assets_tests.realdata import OULAD


@pytest.fixture(scope="session")
def oulad() -> Path:
    """The folder of OULAD in its Parquet form."""
    return OULAD
