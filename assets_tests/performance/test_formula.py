"""The performance score: the documents' examples, and what is exact, neutral and clamped about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets_tests.dbt.harness import answers

BILLION = 10**9
MANY = 90_000_000

Component = tuple[int, int]

# Each component as (billionths, count); the score in points x 10^9.
CASES: dict[str, tuple[Component, Component, Component, int]] = {
    # (1.0 x 0.5 + 0.95 x 0.3 + 0.8 x 0.2) x 100
    "example 1: 94.5": ((10 * BILLION, 10), (9_500_000_000, 10), (80 * BILLION, 100), 94_500_000_000),
    # (0.8 x 0.5 + 0.75 x 0.3 + 0.5 x 0.2) x 100
    "example 2: 72.5": ((8 * BILLION, 10), (7_500_000_000, 10), (50 * BILLION, 100), 72_500_000_000),
    # (0.92 x 0.5 + 0.85 x 0.3 + 0.75 x 0.2) x 100; the document's widget prints 87.5 beside these.
    "0.92, 0.85, 0.75: 86.5": ((23 * BILLION, 25), (21_250_000_000, 25), (187_500_000_000, 250), 86_500_000_000),
    "nothing known: 50": ((0, 0), (0, 0), (0, 0), 50_000_000_000),
    "only punctuality, 0 of 1: 0 + 15 + 10": ((0, 1), (0, 0), (0, 0), 25_000_000_000),
    "only skill, 1: 25 + 30 + 10": ((0, 0), (BILLION, 1), (0, 0), 65_000_000_000),
    "only difficulty, 0: 25 + 15 + 0": ((0, 0), (0, 0), (0, 10), 40_000_000_000),
    "the best": ((BILLION, 1), (BILLION, 1), (10 * BILLION, 10), 100_000_000_000),
    "the worst": ((0, 1), (0, 1), (0, 10), 0),
    # 50 / 3 + 30 / 7 + 20 / 11 = 22.770562770562...
    "thirds, sevenths, elevenths": ((BILLION, 3), (BILLION, 7), (BILLION, 11), 22_770_562_771),
    # 25 + 10 + 30 x 3 / 4 billionths = 35.0000000225
    "half up, not to even": ((0, 0), (3, 4), (0, 0), 35_000_000_023),
    "just below a half stays": ((0, 0), (2_999_999, 4_000_000), (0, 0), 35_000_000_022),
    "no more than 100": ((3 * BILLION, 2), (BILLION, 1), (10 * BILLION, 10), 100_000_000_000),
    "no less than 0": ((-BILLION, 1), (0, 1), (0, 10), 0),
    "90 million tasks": (
        (MANY * BILLION, MANY), (MANY * BILLION, MANY), (10 * MANY * BILLION - 1, 10 * MANY), 100_000_000_000,
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def scores(team_warehouse: Path) -> dict[str, int]:
    calls = [
        "{{ performance_score("
        + ", ".join(f"['{billionths}', '{count}']" for billionths, count in components)
        + ") }}"
        for *components, _ in CASES.values()
    ]
    select = ", ".join(f"{call} as case_{place}" for place, call in enumerate(calls))
    [row] = answers(team_warehouse, f"select {select}")
    return dict(zip(CASES, row, strict=True))


@pytest.mark.slow
@pytest.mark.requirement(
    "R001-07", "R001-08", "R001-09", "R001-10", "R001-14", "R001-18", "R001-19",
    "G001-01", "G001-03", "G001-05", "G001-06", "G001-07",
)  # fmt: skip
@pytest.mark.parametrize("case", CASES)
def test_score(case: str, scores: dict[str, int]) -> None:
    assert scores[case] == CASES[case][-1]
