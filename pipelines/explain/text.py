"""An explanation as text for people.

Belongs here: words and columns for a terminal. Not here: what is explained.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from pipelines.explain.explanation import SHOWN, Explanation, Line, PartRows, Row, in_words
from pipelines.report import plural, printable

Item = TypeVar("Item")


def text(explanation: Explanation) -> str:
    """The row, how each of its columns comes about, what it was made of, and the lines behind it."""
    key = " ".join(f"{name}={value}" for name, value in explanation.key.items())
    version = explanation.version
    lines = [
        f"{explanation.table}  {key}",
        f"version {version['version']}, judged at {version['as_of']}",
        "",
        *_formulas(explanation),
        "",
        "row",
        *_block(explanation.values),
        "",
        "terms",
        *_block(explanation.terms),
        *(line for part in explanation.parts for line in _part(part)),
        "",
        *_lines(explanation.lines),
    ]
    return "\n".join(map(printable, lines))


def _formulas(explanation: Explanation) -> Iterator[str]:
    yield "formula"
    for worked in explanation.formulas:
        formula = worked.formula
        yield f"  {formula.column}: {formula.says} ({', '.join(formula.requirements)})"
        value = in_words(worked.value)
        if worked.with_values not in (None, value):
            yield f"      {worked.with_values} = {value}"


def _block(values: Row) -> list[str]:
    width = max(map(len, values), default=0)
    return [f"  {name:<{width}}  {in_words(value)}" for name, value in values.items()]


def _part(part: PartRows) -> Iterator[str]:
    title = part.name.replace("_", " ")
    yield ""
    yield f"{title} ({len(part.rows):,})"
    if part.rows:
        header = list(part.rows[0])
        yield from _table(
            [header, *([in_words(v) for v in row.values()] for row in _few(part.rows))]
        )
    yield from _rest(len(part.rows))
    if part.of is not None and part.rows:
        key = " ".join(f"{name}={part.rows[0][name]}" for name in part.key)
        yield f"  each can be explained: cairn explain {part.of} {key}"


def _lines(lines: Sequence[Line]) -> Iterator[str]:
    yield f"{plural(len(lines), 'line')} of landing files"
    yield from _table(
        [
            [f"{line.file}:{line.line}", line.contract, in_words(line.moment), line.what]
            for line in _few(lines)
        ]
    )
    yield from _rest(len(lines))


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        yield f"  {'  '.join(cells)}".rstrip()


def _few(rows: Sequence[Item]) -> Sequence[Item]:
    return rows[:SHOWN]


def _rest(count: int) -> Iterator[str]:
    if count > SHOWN:
        yield f"  and {count - SHOWN:,} more, in --json"
