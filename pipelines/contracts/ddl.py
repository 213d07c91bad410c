"""The raw table of a contract."""

from pipelines.contracts.model import Contract

PROVENANCE = ("_batch", "_row")


def raw_table(contract: Contract) -> str:
    """`create table raw.<contract>`: the contract's columns, then the ledger batch and the row in its segment.

    Ids are text, moments TIMESTAMPTZ in UTC. No constraint: what may not land never reaches the ledger.
    """
    columns = [f"{column.name} {column.sql_type}" for column in contract.columns]
    columns += [f"{name} BIGINT NOT NULL" for name in PROVENANCE]
    return f"create table raw.{contract.name} (\n    " + ",\n    ".join(columns) + "\n)"
