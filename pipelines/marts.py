"""What dbt's manifest says of the marts: their tables, grain, columns, descriptions and who may see them.

Belongs here: reading declarations, and refusing incomplete ones. Not here: the tables' contents, and
what follows from a declaration (`pipelines.checks` and `pipelines.publish`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.errors import CairnError

ROLES = ("student", "employer", "teacher", "admin", "ai")
# They see keyed hashes in place of ids, and no id that is not declared to be one.
ANONYMOUS_ROLES = ("ai",)


@dataclass(frozen=True)
class MartColumn:
    """A declared column and its description.

    The roles of `hidden_from` get the table without it, those of `keyed_hash_for` a keyed hash for each of its ids.
    """

    name: str
    description: str
    hidden_from: frozenset[str]
    keyed_hash_for: frozenset[str]


@dataclass(frozen=True)
class Mart:
    """A published table, `<domain>.<name>`, as its `.yml` declares it.

    `visible_rows` holds, for a role that gets a part of the rows, the SQL condition of those it gets. `owner` is the
    column that says whose a row is, by which a server shows people their own; `None` where rows are nobody's.
    `has_fingerprint` is false for what differs between two builds of one version, by declaration.
    """

    domain: str
    name: str
    description: str
    grain: tuple[str, ...]
    columns: tuple[MartColumn, ...]
    visibility: tuple[str, ...]
    visible_rows: Mapping[str, str]
    owner: str | None
    has_fingerprint: bool

    def visible_to(self, role: str) -> tuple[MartColumn, ...]:
        """The columns that `role` gets, in declared order."""
        return tuple(column for column in self.columns if role not in column.hidden_from)

    @property
    def table(self) -> str:
        """The table's name in the warehouse and in every published database."""
        return f"{self.domain}.{self.name}"

    def columns_for(self, role: str) -> tuple[str, ...]:
        """The names of the columns that `role` gets."""
        return tuple(column.name for column in self.visible_to(role))


def read_marts(manifest: Mapping[str, Any]) -> list[Mart]:
    """All marts of dbt's `manifest.json`, sorted by table.

    Raises `CairnError` naming the mart that declares no visibility, an unknown role or column, or no grain:
    what is not declared is denied, and stops the publication rather than go missing from it.
    """
    marts = [
        _mart(node)
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["path"].startswith("marts/")
    ]
    return sorted(marts, key=lambda mart: mart.table)


def _mart(node: Mapping[str, Any]) -> Mart:
    meta = _meta(node)
    mart = Mart(
        domain=node["schema"],
        name=node.get("alias") or node["name"],
        description=node["description"].strip(),
        grain=_grain(node, meta),
        columns=tuple(
            MartColumn(
                column["name"],
                column["description"].strip(),
                frozenset(_meta(column).get("hidden_from", ())),
                frozenset(_meta(column).get("keyed_hash_for", ())),
            )
            for column in node["columns"].values()
        ),
        visibility=tuple(role for role in ROLES if role in meta.get("visibility", ())),
        visible_rows=meta.get("visible_rows", {}),
        owner=meta.get("owner"),
        has_fingerprint=meta.get("fingerprint", True),
    )
    _refuse_incomplete(mart, named_roles=set(meta.get("visibility", ())))
    return mart


def _meta(declared: Mapping[str, Any]) -> dict[str, Any]:
    return {**declared.get("meta", {}), **declared.get("config", {}).get("meta", {})}


def _grain(node: Mapping[str, Any], meta: Mapping[str, Any]) -> tuple[str, ...]:
    """The primary key, or `meta.grain` of a mart whose grain may hold a NULL."""
    for constraint in node.get("constraints", ()):
        if constraint["type"] == "primary_key":
            return tuple(column.strip('"') for column in constraint["columns"])
    for column in node["columns"].values():
        if any(constraint["type"] == "primary_key" for constraint in column.get("constraints", ())):
            return (column["name"],)
    return tuple(meta.get("grain", ()))


def _refuse_incomplete(mart: Mart, named_roles: set[str]) -> None:
    names = {column.name for column in mart.columns}
    named_roles = named_roles.union(
        mart.visible_rows, *(c.hidden_from | c.keyed_hash_for for c in mart.columns)
    )
    if not named_roles <= set(ROLES):
        fault = f"names the unknown role {', '.join(sorted(named_roles - set(ROLES)))}"
    elif not mart.visibility:
        fault = "declares no visibility, so no role may have it"
    elif not mart.grain or not names.issuperset(mart.grain):
        fault = "declares no grain (a primary_key constraint, or meta.grain) over its columns"
    elif mart.owner is not None and mart.owner not in names:
        fault = f"names the owner {mart.owner}, which is none of its columns"
    else:
        return
    raise CairnError(
        f"The mart {mart.table} {fault}; nothing was published and the last version stands;"
        f" correct {mart.name}.yml (meta.visibility: some of {', '.join(ROLES)})."
    )
