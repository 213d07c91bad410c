"""How fast the house is, as ratios against bare DuckDB doing the same work in the same run.

Each module is one benchmark: `python -m benchmarks.<module>`. Nothing here is a test, and nothing is timed in a test.
"""
