"""What is personal in a batch, sealed before it is compared with history and before it is written.

Works on the temporary tables `arrivals` and `rejected` of one contract. Of who is forgotten nothing personal is
taken: it is NULL here and in what is read of history, so that their rows still compare.
"""

from __future__ import annotations

from collections.abc import Collection

import duckdb
import pyarrow as pa

from pipelines.contracts.model import Contract
from pipelines.errors import CairnError
from pipelines.ingest.given import LINE, RAW
from pipelines.ingest.judge import REASONS
from pipelines.ledger import Entry, LedgerLock
from pipelines.privacy import PERSON, Opener, mentioning, person_key, row_key, seal
from pipelines.privacy import RAW as KEPT_RAW
from pipelines.sql_text import literal


def person_of(contract: Contract) -> str:
    """SQL for the id that a judged row gives; NULL when it gives none that can be read."""
    is_readable = (
        f"len(list_filter({REASONS}, lambda reason: ends_with(reason, ':{contract.person}'))) = 0"
    )
    return f"case when {is_readable} then {contract.person} end"


def refuse_without_keys(opener: Opener, history: list[Entry]) -> None:
    """Raise `CairnError` when keys are missing, before more is lost: the warehouse may hold the last names in clear.

    With new keys, rows that are there would look like others.
    """
    for problem in opener.key_problems(history):
        raise CairnError(
            f"{problem}, and run again; nothing was committed and landing is as it was."
        )


def seal_arrivals(
    connection: duckdb.DuckDBPyConnection, lock: LedgerLock, contract: Contract, opener: Opener
) -> None:
    """Put the sealed form in place of every personal value of the rows without reasons."""
    personal = [column.name for column in contract.personal]
    table: pa.Table = connection.sql(
        f"select rowid as place, {contract.person} as person, {', '.join(personal)}"
        f" from arrivals where len({REASONS}) = 0"
    ).to_arrow_table()
    people = table["person"].to_pylist()
    forgotten = opener.forgotten.people
    opener.keyring.add(lock, (person_key(person) for person in people if person not in forgotten))
    sealed = {
        name: pa.array(
            [
                None
                if text is None or person in forgotten
                else seal(opener.keyring[person_key(person)], text, contract.name, name)
                for person, text in zip(people, table[name].to_pylist(), strict=True)
            ],
            pa.string(),
        )
        for name in personal
    }
    _update(connection, "arrivals", pa.table({"place": table["place"], **sealed}))


def seal_rejected(
    connection: duckdb.DuckDBPyConnection, lock: LedgerLock, contract: Contract, opener: Opener
) -> None:
    """Put the sealed form in place of every text, each under a key of its own.

    A text that gives no readable id may still name who is forgotten, and is not kept then.
    """
    forgotten = opener.forgotten.people
    mentions_forgotten = mentioning(forgotten)
    rows = connection.execute(
        f"select rowid, _file, {LINE}, {PERSON}, {RAW} from rejected"
    ).fetchall()
    kept = [
        (place, row_key(contract.name, file_hash, line), raw)
        for place, file_hash, line, person, raw in rows
        if raw is not None
        and person not in forgotten
        and not (person is None and mentions_forgotten(raw))
    ]
    opener.keyring.add(lock, (name for _, name, _ in kept))
    sealed = {
        place: seal(opener.keyring[name], raw, contract.name, KEPT_RAW) for place, name, raw in kept
    }
    places = pa.array([place for place, *_ in rows], pa.int64())
    texts = pa.array([sealed.get(place) for place, *_ in rows], pa.string())
    _update(connection, "rejected", pa.table({"place": places, RAW: texts}))


def without_forgotten(contract: Contract, forgotten: Collection[str], name: str) -> str:
    """SQL for a column of history: NULL where it is personal and its person is forgotten."""
    if not forgotten or name not in {column.name for column in contract.personal}:
        return name
    people = ", ".join(map(literal, sorted(forgotten)))
    return f"case when {contract.person} not in ({people}) then {name} end as {name}"


def _update(connection: duckdb.DuckDBPyConnection, table: str, sealed: pa.Table) -> None:
    changes = ", ".join(
        f"{name} = sealed.{name}" for name in sealed.column_names if name != "place"
    )
    connection.register("sealed", sealed)
    connection.execute(f"update {table} set {changes} from sealed where {table}.rowid = place")
    connection.unregister("sealed")
