"""The rows of a batch that go to quarantine, with their texts as they lie in the files.

Works on the temporary table `arrivals` of one contract, when all its reasons are known. Few rows are rejected: their
texts are looked for in the files and not carried along.
"""

from collections.abc import Iterator, Mapping

import duckdb
import pyarrow as pa

from pipelines.contracts.model import Contract
from pipelines.ingest.ahead import ahead
from pipelines.ingest.given import LINE, RAW, Format, gathered
from pipelines.ingest.judge import REASONS
from pipelines.ingest.landing import LandingFile, refuse_if_changed
from pipelines.ingest.resolve import DUPLICATE
from pipelines.ingest.sealed import person_of, seal_rejected
from pipelines.ledger import LedgerLock
from pipelines.privacy import PERSON, Opener


def collect_rejected(
    connection: duckdb.DuckDBPyConnection,
    formats: Mapping[str, Format],
    lock: LedgerLock,
    contract: Contract,
    files: Mapping[str, LandingFile],
    opener: Opener,
) -> None:
    """Make the tables `rejected`, the rows to keep with their reasons and texts, and `files`, what files are called.

    `files` are those of the batch by their hashes. What may name somebody is sealed.
    """
    rejected = f"arrivals where len({REASONS}) > 0 and {REASONS} <> ['{DUPLICATE}']"
    person = f", {person_of(contract)} as {PERSON}" if contract.personal else ""
    connection.execute(
        f"create or replace temp table texts (_file landed, {LINE} bigint, {RAW} varchar)"
    )
    wanted = connection.execute(
        f"select _file, list({LINE}) from {rejected} and {LINE} > 0 group by _file"
    ).fetchall()
    for found in gathered(_texts(formats, files, dict(wanted))):
        connection.register("found", found)
        connection.execute(f"insert into texts select _file, {LINE}, {RAW} from found")
        connection.unregister("found")
    connection.execute(f"""
        create or replace temp table rejected as
        from (select _file, {LINE}, {REASONS}{person} from {rejected}) left join texts using (_file, {LINE})
    """)
    names = pa.table({"_file": [*files], "_name": [file.name for file in files.values()]})
    connection.register("names", names)
    connection.execute(
        "create or replace temp table files as select _file::landed as _file, _name from names"
    )
    connection.unregister("names")
    if contract.personal:
        seal_rejected(connection, lock, contract, opener)


def _texts(
    formats: Mapping[str, Format],
    files: Mapping[str, LandingFile],
    wanted: Mapping[str, list[int]],
) -> Iterator[pa.Table]:
    """`_file`, `_line` and `_raw` of the wanted lines of each file."""
    for sha256, lines in wanted.items():
        file = files[sha256]
        assert file.format is not None, "of a file of no format no line is known"
        try:
            for found in ahead(formats[file.format].find(file, pa.array(lines, pa.int64()))):
                yield found.append_column("_file", pa.repeat(sha256, len(found)))
        finally:
            refuse_if_changed(file)
