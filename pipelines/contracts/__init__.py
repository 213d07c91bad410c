"""What may land: one file per domain, one declaration per contract, everything else derived.

The parser, the pandera model, the raw table's DDL, the reasons of quarantine and the README's table
all follow from `CONTRACTS`. To add a contract, add one declaration to its domain's file.
What a landing file is (formats, suffixes, lines) is not said here but in `pipelines.ingest`.
"""

from pipelines.contracts import internships, org, performance, progress, records, skills
from pipelines.contracts.model import Contract

CONTRACTS: dict[str, Contract] = {
    contract.name: contract
    for domain in (org, internships, performance, skills, progress, records)
    for contract in domain.CONTRACTS
}
