"""The whole proof of the published version, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.code_version import code_version
from pipelines.errors import CairnError
from pipelines.ledger import Ledger
from pipelines.privacy import read_forgotten
from pipelines.privacy.keyed_hash import key_mark, pseudonym_key
from pipelines.proof.derivation import derived
from pipelines.proof.differences import differences
from pipelines.proof.files import file_problems
from pipelines.publish import published_version, read_manifest
from pipelines.publish.manifest import listed_files
from pipelines.settings import Settings

PROVED = "What was proved: the ledger is whole, and the files are those of the manifest."
OF_ANOTHER_KEY = (
    "its ids were hashed with another key than that of CAIRN_PSEUDONYM_KEY, or else of pseudonym.key: they can be"
    f" derived again with that key alone. {PROVED} Give that key and verify again, or publish the next version with"
    " `cairn run`."
)


@dataclass(frozen=True)
class Verdict:
    """What was found: `problems`, a sentence each; `unproved` says what could not be worked out again, and why."""

    version: str
    files: int
    tables: int
    problems: tuple[str, ...] = ()
    unproved: str | None = None


def prove(settings: Settings) -> Verdict:
    """Hold the published version against its manifest and against the ledger; the ledger itself has been verified.

    Raises `CairnError` where nothing is published, or when the version cannot be derived.
    """
    version = published_version(settings, "nothing to prove")
    try:
        manifest = read_manifest(version)
        files, tables = len(listed_files(manifest)), len(manifest["tables"])
        name, n, made_by = manifest["version"], int(manifest["n"]), manifest["code_version"]
        problems = list(file_problems(version, manifest))
    except CairnError as error:
        return Verdict(version.name, 0, 0, (str(error),))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        problem = f"manifest.json says what none does ({type(error).__name__}: {error})"
        return Verdict(version.name, 0, 0, (problem,))
    forgotten = read_forgotten(settings, Ledger(settings).entries())
    if n < forgotten.batch:
        problems.append(
            f"somebody was forgotten in batch {forgotten.batch} and is shown here still; run `cairn run`"
        )
    if made_by != code_version():
        return Verdict(name, files, tables, tuple(problems), _of_other_code(made_by))
    has_key = settings.pseudonym_key or settings.pseudonym_key_file.exists()
    if not has_key or key_mark(pseudonym_key(settings)) != manifest.get("pseudonym_key"):
        return Verdict(name, files, tables, tuple(problems), OF_ANOTHER_KEY)
    with derived(settings, manifest) as again:
        return Verdict(name, files, tables, (*problems, *differences(version, again)))


def _of_other_code(made_by: str) -> str:
    return (
        f"it was made by the code {made_by[:12]}, and this is {code_version()[:12]}: its rows can be derived again by"
        f" that code alone. {PROVED} Check that code out and verify again, or publish anew with `cairn run`."
    )
