"""The contracts as the README shows them: `python -m pipelines.contracts.table` prints the table."""

from pipelines.contracts import CONTRACTS
from pipelines.contracts.model import Column, Contract


def table() -> str:
    """A Markdown table, a row per contract; bold columns are required."""
    header = "| domain | contract | kind | key | columns | rules |\n|---|---|---|---|---|---|"
    return "\n".join([header, *(_row(contract) for contract in CONTRACTS.values())])


def _row(contract: Contract) -> str:
    columns = ", ".join(_column(column) for column in contract.declared)
    key = ", ".join(contract.entity_key)
    rules = "; ".join(rule.says for rule in contract.rules)
    cells = (contract.domain, f"`{contract.name}`", contract.kind, key, columns, rules)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _column(column: Column) -> str:
    name = f"**{column.name}**" if column.required else column.name
    return f"{name} {column.described}"


if __name__ == "__main__":
    print(table())
