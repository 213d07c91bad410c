"""What becomes of xAPI's vocabulary: a small table that ships with Cairn, and that a table of the user's extends.

A row says what an IRI of a kind becomes; `nothing` takes back what the shipped row says. The kinds:

- `verb`: `started` or `attempted`, an event of a step. Verbs without a row become nothing.
- `activity_type`: the stage of a step.
- `extension` (of result or context): `session` (an id); `progress_ratio` (0..1) and `progress_percentage` (0..100),
  a score where the statement has none; `target_ratio` (0..1), what a score must reach; `duration` (ISO 8601),
  `seconds` and `played_segments` (of the video profile), the time on task where the statement has no duration.
- `account`, by its home page: `name`, when names are ids by themselves (`pipelines.sources.xapi_statement`).
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import CairnError

SHIPPED = Path(__file__).with_suffix(".csv")
COLUMNS = ["kind", "iri", "becomes"]
NOTHING = "nothing"
MEANINGS = {
    "verb": ("started", "attempted"),
    "activity_type": ("learn", "play", "quiz", "challenge", "review"),
    "extension": (
        "session",
        "progress_ratio",
        "progress_percentage",
        "target_ratio",
        "duration",
        "seconds",
        "played_segments",
    ),
    "account": ("name",),
}


@dataclass(frozen=True)
class Mapping:
    """What every (kind, IRI) becomes, and the extensions of every meaning, in the order in which they are asked."""

    table: dict[tuple[str, str], str]
    extensions: dict[str, list[str]]

    def becomes(self, kind: str, iri: str | None) -> str | None:
        """What an IRI becomes, None for nothing."""
        return self.table.get((kind, iri)) if iri is not None else None


def read_mapping(extension: Path | None = None) -> Mapping:
    """The shipped table, or with the rows of another table before and instead of it.

    Raises `CairnError` for a table that cannot be read, and names the line that means nothing.
    """
    given = _read(extension) if extension is not None else {}
    table = given | {key: what for key, what in _read(SHIPPED).items() if key not in given}
    extensions: dict[str, list[str]] = {meaning: [] for meaning in MEANINGS["extension"]}
    for (kind, iri), meaning in table.items():
        if kind == "extension" and meaning != NOTHING:
            extensions[meaning].append(iri)
    return Mapping({key: what for key, what in table.items() if what != NOTHING}, extensions)


def _read(path: Path) -> dict[tuple[str, str], str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if rows.fieldnames != COLUMNS:
                raise _refusal(path, f"has the columns {', '.join(rows.fieldnames or ['none'])}")
            table: dict[tuple[str, str], str] = {}
            for row in rows:
                kind, iri, meaning = ((row[name] or "").strip() for name in COLUMNS)
                known = MEANINGS.get(kind)
                if known is None or meaning not in (*known, NOTHING) or not iri:
                    raise _refusal(path, f"says in line {rows.line_num} {kind},{iri},{meaning}")
                if (kind, iri) in table:
                    raise _refusal(
                        path, f"says twice what {kind},{iri} becomes (line {rows.line_num})"
                    )
                table[kind, iri] = meaning
            return table
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _refusal(path, f"cannot be read ({error})") from error


def _refusal(path: Path, fault: str) -> CairnError:
    meanings = "; ".join(f"{kind}: {', '.join(known)}" for kind, known in MEANINGS.items())
    return CairnError(
        f"The mapping {path} {fault}; nothing was landed; write a CSV with the columns {','.join(COLUMNS)},"
        f" an IRI once per kind ({meanings}; or {NOTHING})."
    )
