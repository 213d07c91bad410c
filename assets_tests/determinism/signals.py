"""Any number of signals of every contract, drawn by a seed from the declarations: no contract has to be named here.

Belongs here: landing files at size. A value follows from (seed, contract, column, row) alone. Ids point into the other
contract's universe, moments lie in one quarter; what a rule between columns refuses goes to quarantine, as it would.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipelines.contracts import CONTRACTS
from pipelines.contracts.model import EFFECTIVE_AT, IS_DELETED, Column, Contract, Kind, Type

FIRST_DAY, DAYS = "2026-01-01", 90
FEW = {
    "organizations": 200,
    "skills": 200,
    "games": 200,
    "lectures": 200,
    "sequences": 200,
    "classes": 200,
}


def land_signals(landing: Path, signals: int, seed: int) -> int:
    """Write one Parquet file per contract; events share `signals`, entities have a fiftieth of that each. The rows."""
    events = sum(contract.kind is Kind.EVENT for contract in CONTRACTS.values())
    sizes = {
        name: signals // events if contract.kind is Kind.EVENT else signals // FEW.get(name, 50)
        for name, contract in CONTRACTS.items()
    }
    with duckdb.connect() as connection:
        connection.execute("set threads = 1; set TimeZone = 'UTC'")
        for name, contract in CONTRACTS.items():
            folder = landing / name
            folder.mkdir(parents=True)
            columns = ", ".join(
                f"{_value(contract, column, sizes, seed)} as {column.name}"
                for column in contract.columns
                if column != IS_DELETED
            )
            connection.execute(
                f"copy (select {columns} from range({max(1, sizes[name])}) as rows (i))"
                f" to '{folder}/signals.parquet' (format parquet)"
            )
    return sum(sizes.values())


def _value(contract: Contract, column: Column, sizes: dict[str, int], seed: int) -> str:
    """SQL for a column's text; one in eight is missing where that is allowed."""
    draw = f"(hash(i, '{contract.name}', '{column.name}', {seed}) >> 3)::bigint"
    text = f"({_present(contract, column, sizes, draw)})::varchar"
    if column.required or column.name in contract.key:
        return text
    return f"case when hash(i, '{column.name}', {seed}) % 8 > 0 then {text} end"


def _present(contract: Contract, column: Column, sizes: dict[str, int], draw: str) -> str:
    if column == EFFECTIVE_AT:
        return f"date '{FIRST_DAY}' - 1 + cast({draw} % 2 as integer)"
    if column.reference is not None:
        target = column.reference.target
        return f"'{target}_' || {draw} % {max(1, sizes[target])}"
    if column.name == "ends_on":
        return f"date '{FIRST_DAY}' + {DAYS} + cast({draw} % {DAYS} as integer)"
    match column.type:
        case Type.ID if column.name in contract.entity_key:
            return f"'{contract.name}_' || i"
        case Type.INT | Type.FLOAT | Type.DECIMAL:
            low, high = column.minimum or 0, column.maximum or 100
            return f"{low} + {draw} % {high - low + 1}"
        case Type.DATE:
            return f"date '{FIRST_DAY}' + cast({draw} % {DAYS} as integer)"
        case Type.TIMESTAMP:
            return f"timestamp '{FIRST_DAY}' + to_seconds(cast({draw} % {DAYS * 86400} as bigint))"
        case Type.ENUM | Type.LIST:
            words = ", ".join(f"'{word}'" for word in column.values)
            word = f"[{words}][1 + {draw} % {len(column.values)}]"
            return f"'[\"' || {word} || '\"]'" if column.type is Type.LIST else word
        case Type.BOOL:
            return f"{draw} % 8 = 0"
        case Type.JSON:
            return '\'{"until": "2026-02-01"}\''
        case Type.TIMEZONE:
            return f"['UTC', 'Europe/Berlin', 'America/New_York'][1 + {draw} % 3]"
        case _:
            return f"'{column.name} ' || {draw} % 1000"
