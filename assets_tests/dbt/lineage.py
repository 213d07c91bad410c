"""What a model is made of, at any depth, and what it calls, by dbt's manifest.

What belongs here: walking the graph. What may be read by what is each domain's own test.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any


def ancestors(manifest: Mapping[str, Any], model: str, beyond: Collection[str] = ()) -> set[str]:
    """The names of everything that a model reads, at any depth: models, seeds, and sources as `schema.table`.

    The walk does not go beyond the models named in `beyond`: they are found, what they read is not.
    """
    parents = manifest["parent_map"]
    [start] = [name for name in parents if name.split(".")[0] == "model" and _name(name) == model]
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for parent in parents[waiting.pop()]:
            if parent not in found:
                found.add(parent)
                if _name(parent) not in beyond:
                    waiting.append(parent)
    return {_name(parent) for parent in found}


def callers(manifest: Mapping[str, Any], macro: str) -> set[str]:
    """The names of the models, tests and snapshots that call a macro of this project themselves."""
    return {
        node["name"]
        for node in manifest["nodes"].values()
        if f"macro.cairn.{macro}" in node["depends_on"]["macros"]
    }


def _name(unique_id: str) -> str:
    """The name within the project: what follows the kind of node and the project's own name."""
    return unique_id.split(".", 2)[2]
