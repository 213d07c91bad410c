"""Proof that what is published follows from the ledger: `f(ledger[1..n], as_of)` is worked out again.

`files` holds a version's files against its manifest, `derivation` makes the version once more in a scratch folder, and
`differences` names every table and row in which the two differ. Nothing here writes to what it looks at.
"""

from pipelines.proof.version import Verdict, prove

__all__ = ["Verdict", "prove"]
