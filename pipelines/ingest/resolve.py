"""Which of the judged rows are new: versions, duplicates and conflicts, against all history.

Works on the temporary table `arrivals` of one contract: `_file` (of the type `landed`: hashes in their order),
`_line`, `_reasons`, and the contract's columns. Rows with reasons are left alone; others get one when they are
not new.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from pipelines.contracts.model import EARLIEST, EFFECTIVE_AT, Contract, Kind
from pipelines.ingest.given import LINE
from pipelines.ingest.judge import REASONS
from pipelines.ingest.sealed import without_forgotten
from pipelines.ledger import accepted_rows

DUPLICATE, CONFLICT = "duplicate", "conflict"
GOOD = f"(from arrivals where len({REASONS}) = 0)"


def create_arrivals(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Make the empty table `arrivals`."""
    columns = ", ".join(f"{column.name} {column.sql_type}" for column in contract.columns)
    connection.execute(
        f"create or replace temp table arrivals (_file landed, {LINE} bigint, {REASONS} varchar[], {columns})"
    )


def resolve(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    segments: Sequence[Path],
    batch_time: datetime,
    forgotten: Collection[str] = (),
) -> None:
    """Give the arrivals that are not new their reason, against `segments`, all those that the ledger has.

    `duplicate` (of the first row with its key, equal content) or `conflict` (other content). The personal values of
    the `forgotten` do not count.
    """
    _read_history(connection, contract, segments, forgotten)
    if contract.kind is Kind.ENTITY:
        _date_undated_versions(connection, contract, batch_time)
    key = ", ".join(contract.key)
    content = f"row({', '.join(contract.content)})"
    connection.execute(f"""
        create or replace temp table contested as
        select {key} from {GOOD} group by all having count(*) > 1
        union
        select {key} from history
    """)
    connection.execute(f"""
        create or replace temp table refused as
        with candidates as (
            select null::landed as _file, 0 as {LINE}, {key}, {content} as _content
            from history semi join contested using ({key})
            union all
            select _file, {LINE}, {key}, {content} from {GOOD} semi join contested using ({key})
        ),
        compared as (
            select
                _file, {LINE},
                row_number() over earlier as _rank,
                _content is not distinct from first_value(_content) over earlier as _is_same
            from candidates
            window earlier as (partition by {key} order by _file nulls first, {LINE} nulls last)
        )
        select _file, {LINE}, case when _is_same then '{DUPLICATE}' else '{CONFLICT}' end as _reason
        from compared
        where _rank > 1
    """)
    connection.execute(f"""
        update arrivals set {REASONS} = [_reason] from refused
        where arrivals._file = refused._file and arrivals.{LINE} = refused.{LINE}
    """)


def _read_history(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    segments: Sequence[Path],
    forgotten: Collection[str],
) -> None:
    """The table `history`: what was accepted before under the keys of the arrivals.

    Most of what lands is new: of all segments only the keys are read, and then the few rows that are known.
    """
    columns = ", ".join(column.name for column in contract.columns)
    compared = ", ".join(without_forgotten(contract, forgotten, c.name) for c in contract.columns)
    key = ", ".join(contract.entity_key)
    if not segments:
        connection.execute(
            f"create or replace temp table history as select {columns} from arrivals where false"
        )
        return
    accepted = accepted_rows(contract, segments, "filename", "file_row_number")
    connection.execute(f"""
        create or replace temp table known as
        select filename, file_row_number
        from (select {key}, filename, file_row_number from {accepted}) semi join {GOOD} using ({key})
    """)
    connection.execute(f"""
        create or replace temp table history as
        select {compared} from {accepted} semi join known using (filename, file_row_number)
    """)


def _date_undated_versions(
    connection: duckdb.DuckDBPyConnection, contract: Contract, batch_time: datetime
) -> None:
    """Give entity rows without `effective_at` the moment from which they hold.

    A new entity holds since 1970. Of a known one, the version in force at the batch's time is repeated
    by a row with the same content, and followed by any other from that time on.
    """
    key = ", ".join(contract.entity_key)
    content = ", ".join(contract.content)
    landed = ", ".join(f"arrivals.{name}" for name in contract.content)
    moment = EFFECTIVE_AT.name
    if not connection.execute(f"select 1 from {GOOD} where {moment} is null limit 1").fetchall():
        return
    connection.execute(
        f"""
        create or replace temp table dated as
        with known as (
            select
                {key},
                true as _is_known,
                max({moment}) filter ({moment} <= $batch_time) as _since,
                max_by(row({content}), {moment}) filter ({moment} <= $batch_time) as _content
            from history
            group by {key}
        )
        select arrivals.* replace (
            case
                when arrivals.{moment} is not null then arrivals.{moment}
                when known._is_known is null then '{EARLIEST}'::timestamptz
                when known._content is not distinct from row({landed}) then known._since
                else $batch_time
            end as {moment}
        )
        from arrivals left join known using ({key})
        order by _file nulls last, {LINE} nulls last
        """,
        {"batch_time": batch_time},
    )
    connection.execute("create or replace temp table arrivals as from dated")
