"""A data root that takes what the benchmarks land."""

from assets_tests.ingest.conftest import root

__all__ = ["root"]
