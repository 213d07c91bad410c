"""The declarations against the design's own tables, where the design lies beside the repository."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.contracts import CONTRACTS
from pipelines.contracts.ddl import raw_table
from pipelines.contracts.model import Column, Contract, Kind, Link, Type

DESIGN = Path(__file__).parents[3] / "shared" / "design" / "contracts.md"
DOMAINS = {"org", "internships", "performance", "skills", "progress", "records"}


@dataclass(frozen=True)
class Stated:
    """A column as the design states it: `text` is everything after its name."""

    name: str
    text: str
    required: bool


@dataclass(frozen=True)
class StatedContract:
    """A row of the design's tables."""

    domain: str
    kind: str
    key: tuple[str, ...]
    columns: dict[str, Stated]


def stated() -> dict[str, StatedContract]:
    """Every contract of the design."""
    contracts = {}
    domain = ""
    for line in DESIGN.read_text().splitlines():
        heading = re.match(r"## (\w+)", line)
        domain = heading[1] if heading else domain
        row = re.match(r"\| `(\w+)` \| (\w+) \| ([\w, ]+) \| (.*) \|$", line)
        if row:
            columns = {column.name: column for column in map(_column, _split(row[4]))}
            key = tuple(row[3].replace(" ", "").split(","))
            contracts[row[1]] = StatedContract(domain, row[2], key, columns)
    return contracts


def _split(text: str) -> list[str]:
    """The columns of a cell: commas inside brackets separate nothing."""
    parts, depth, start = [], 0, 0
    for place, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append(text[start:place].strip())
            start = place + 1
    return [*parts, text[start:].strip()]


def _column(text: str) -> Stated:
    name, _, rest = text.partition(" ")
    return Stated(name.strip("*"), rest, name.startswith("**"))


def said(column: Column) -> str:
    """The type as the design would begin to state it."""
    if column.type is Type.DECIMAL:
        return f"decimal({column.precision},{column.scale})"
    if column.type is Type.LIST:
        return "list of enum"
    return str(column.type)


def differences(contract: Contract, design: StatedContract) -> list[str]:
    """What the declaration says otherwise than the design."""
    found = []
    kind_and_key = (contract.domain, contract.kind, contract.entity_key)
    if kind_and_key != (design.domain, design.kind, design.key):
        found.append(f"{kind_and_key} instead of {design}")
    declared = {column.name: column for column in contract.declared}
    if [*declared] != [*design.columns]:
        found.append(f"columns {[*declared]} instead of {[*design.columns]}")
    for name in declared.keys() & design.columns.keys():
        column, wanted = declared[name], design.columns[name]
        # The design leaves the type out where the name is the type.
        type_ = name if wanted.text == "" or wanted.text.startswith("(") else wanted.text
        checks = {
            "type": type_.startswith(said(column)),
            "required": column.required == wanted.required,
            "default": _default(wanted) == column.default,
            "bounds": _bounds(wanted) == (column.minimum, column.maximum, column.above_minimum),
            "words": _words(wanted) == column.values,
            "end of day": ("*end* of that day" in wanted.text) == column.bare_date_is_end_of_day,
        }
        found += [f"{name}: {check}" for check, holds in checks.items() if not holds]
    return found


def _default(column: Stated) -> str | None:
    stated_default = re.search(r"default `?([\w.]+)`?[;)]", column.text)
    if stated_default is None or stated_default[1] == "the":
        return None
    return "mon|tue|wed|thu|fri" if stated_default[1] == "mon..fri" else stated_default[1]


def _bounds(column: Stated) -> tuple[int | None, int | None, bool]:
    text = column.text.partition(" (")[0]
    between = re.search(r" (\d+)\.\.(\d+)", text)
    if between:
        return int(between[1]), int(between[2]), False
    above = re.search(r"(?:int|float|decimal\(\d+,\d+\)) (>=|>) (\d+)", text)
    return (int(above[2]), None, above[1] == ">") if above else (None, None, False)


def _words(column: Stated) -> tuple[str, ...]:
    if column.text == "enum as in steps":
        return _words(stated()["steps"].columns[column.name])
    enum = re.search(r"enum\(([^)]*?)(?:;[^)]*)?\)", column.text)
    if enum is None:
        return ()
    if enum[1] == "`mon`..`sun`":
        return ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    return tuple(word.strip("` ") for word in enum[1].split(","))


if DESIGN.is_file():
    # Collected only where the design is at hand: a clone of the repository stands without it.

    def test_every_contract_of_the_design_is_declared() -> None:
        assert {*stated()} == {*CONTRACTS}

    @pytest.mark.parametrize("name", [*CONTRACTS])
    def test_a_declaration_says_what_the_design_says(name: str) -> None:
        assert differences(CONTRACTS[name], stated()[name]) == []


def test_names_are_unique_and_domains_known() -> None:
    assert {contract.domain for contract in CONTRACTS.values()} == DOMAINS
    for name, contract in CONTRACTS.items():
        assert name == contract.name
        columns = [column.name for column in contract.columns]
        assert len({*columns}) == len(columns), name
        assert {*contract.key} <= {*columns}, name


def test_kinds_have_their_columns() -> None:
    for contract in CONTRACTS.values():
        columns = {column.name: column for column in contract.columns}
        if contract.kind is Kind.EVENT:
            assert columns["occurred_at"].required
            assert not columns.keys() & {"effective_at", "is_deleted"}
        else:
            assert columns["effective_at"].type is Type.TIMESTAMP
            assert columns["is_deleted"].default == "false"
            assert all(columns[name].required for name in contract.entity_key)


def test_references_point_at_the_key_of_an_entity() -> None:
    for contract in CONTRACTS.values():
        for column in contract.columns:
            if column.reference is None:
                continue
            target = CONTRACTS[column.reference.target]
            assert target.kind is Kind.ENTITY
            is_descriptive = column.reference.target in ("users", "organizations")
            assert (column.reference.link is Link.DESCRIPTIVE) == is_descriptive
            assert column.type is Type.ID
            assert column.required or column.reference.link is not Link.STRUCTURAL


def test_what_refers_to_nothing_has_no_reference() -> None:
    names = {"employer_id", "actor_id", "certified_by", "task_id", "training_id", "element_id"}
    names |= {"concept_id", "session_id"}
    for contract in CONTRACTS.values():
        for column in contract.columns:
            assert not (column.name in names and column.reference), f"{contract.name}.{column.name}"


def test_the_raw_table_holds_the_columns_in_order_and_where_they_are_from() -> None:
    assert raw_table(CONTRACTS["kpi_thresholds"]) == (
        "create table raw.kpi_thresholds (\n"
        "    kpi_threshold_id VARCHAR,\n"
        "    organization_id VARCHAR,\n"
        "    internship_instance_id VARCHAR,\n"
        "    metric VARCHAR,\n"
        "    min_value DOUBLE,\n"
        "    max_value DOUBLE,\n"
        "    effective_at TIMESTAMPTZ,\n"
        "    is_deleted BOOLEAN,\n"
        "    _batch BIGINT NOT NULL,\n"
        "    _row BIGINT NOT NULL\n"
        ")"
    )
