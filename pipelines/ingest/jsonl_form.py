"""The form in which a machine writes all lines of a JSONL file, and the proof that a line has it.

DuckDB takes more than JSON for JSON (NaN, trailing commas, a name that stands twice) and shows numbers not as they
were written. But what it finds in a line can be written again, name by name, as the machine would: where the result
is the line itself, letter for letter, there was nothing else in it, and every value is as it was written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from pipelines.contracts.model import Contract, Type
from pipelines.ingest.given import LINE, chunk

WRITTEN_BARE = (Type.INT, Type.FLOAT, Type.DECIMAL, Type.BOOL)


@dataclass(frozen=True)
class Form:
    """The names of a line in their order, those whose values stand in quotes, and the marks between them."""

    contract: Contract
    names: tuple[str, ...]
    quoted: frozenset[str]
    after_name: str
    after_value: str

    @classmethod
    def of(cls, lines: Iterable[str], contract: Contract) -> Form | None:
        """The form of the longest line, which leaves out the least; None when it has none that is simple."""
        longest = max(lines, key=len, default="")
        try:
            pairs = json.loads(longest, object_pairs_hook=list) if longest.startswith("{") else []
        except (ValueError, RecursionError):
            return None
        names = tuple(name for name, _ in pairs)
        are_simple = all(re.fullmatch(r"\w+", name, re.ASCII) for name in names)
        if not names or not are_simple or len({*names}) < len(names):
            return None
        bare = {column.name for column in contract.columns if column.type in WRITTEN_BARE}
        return cls(
            contract,
            names,
            quoted=frozenset(
                name
                for name, value in pairs
                if isinstance(value, str) or (value is None and name not in bare)
            ),
            after_name=": " if f'"{names[0]}": ' in longest else ":",
            after_value=", " if f', "{names[-1]}"' in longest else ",",
        )

    @property
    def unknown(self) -> frozenset[str]:
        """The names that the contract does not know."""
        return frozenset(self.names) - {column.name for column in self.contract.columns}

    def reading(self) -> str:
        """The statement that reads the relation `lines`; `has_form` says of which lines the result is certain."""
        paths = ", ".join(f"'$.{name}'" for name in self.names)
        values = [(name, f"found[{place}]") for place, name in enumerate(self.names, start=1)]
        known = "".join(
            f"{value} as {name}, " for name, value in values if name not in self.unknown
        )
        are_bare = "".join(
            f" and coalesce({self._is_bare(name, value)}, true)"
            for name, value in values
            if name not in self.quoted
        )
        # A name that is not known must be there to be told of.
        left_out = "null" if self.unknown else self._written(None)
        return f"""
            with parsed as (
                select *, case when json_valid(text) then json_extract_string(text, [{paths}]) end as found
                from lines
            )
            select
                {LINE},
                {known}
                found is not null{are_bare} and case
                    when text = {self._written("null")} then true
                    else coalesce(text = {left_out}, false)
                end as has_form,
            from parsed
        """

    def _is_bare(self, name: str, value: str) -> str:
        """The condition that a value is a number, which ends in a digit, or a truth value where one may be."""
        ids = {column.name for column in self.contract.columns if column.type is Type.ID}
        is_number = f"right({value}, 1) between '0' and '9'"
        return is_number if name in ids else f"({is_number} or {value} in ('true', 'false'))"

    def _written(self, missing: str | None) -> str:
        """The line as it is written of its values; those that are not there as `missing`, or left out."""
        pieces = []
        for place, name in enumerate(self.names):
            value = f"found[{place + 1}]"
            quote = '"' if name in self.quoted else ""
            before = f'{self.after_value if place else "{"}"{name}"{self.after_name}'
            instead = "" if missing is None else before + missing
            pieces += [
                f"case when {value} is null then '{instead}' else '{before}{quote}' end",
                value,
                f"case when {value} is null then '' else '{quote}' end",
            ]
        return f"concat({', '.join(pieces)}, '}}')"

    def chunk(self, read: pa.Table) -> pa.Table:
        """What lines of this form give."""
        names = [name for name in self.names if name not in self.unknown]
        return chunk(self.contract, read[LINE], {name: read[name] for name in names})
