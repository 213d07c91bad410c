"""Step 1: parse, validate against the contract, deduplicate, append.

Parsing is lenient, judging is strict: a row that breaks its contract goes to quarantine whole, with
every reason, and the rest of its file goes on. What may land is said in `pipelines.contracts`.
"""

from pipelines.ingest.batch import IngestReport, ingest

__all__ = ["IngestReport", "ingest"]
