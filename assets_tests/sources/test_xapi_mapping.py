"""The mapping table: what ships, what a user's table adds and takes back, and what is refused."""

from pathlib import Path
from typing import Any

import pytest

from assets_tests.sources.xapi_statements import VERBS, VIDEO, as_read
from pipelines.errors import CairnError
from pipelines.sources.xapi_mapping import MEANINGS, SHIPPED, read_mapping
from pipelines.sources.xapi_statement import NO_EVENT, Reading, read_statement


def extended(tmp_path: Path, *rows: str) -> Path:
    table = tmp_path / "mapping.csv"
    table.write_text("\n".join(["kind,iri,becomes", *rows]) + "\n")
    return table


def read(table: Path, **changes: Any) -> Reading:
    return read_statement(1, as_read(**changes), read_mapping(table))


def test_the_shipped_table_uses_every_kind_but_accounts() -> None:
    kinds = {kind for kind, _ in read_mapping().table}
    assert kinds == set(MEANINGS) - {"account"}
    assert len(read_mapping().table) == len(SHIPPED.read_text().splitlines()) - 1


def test_a_verb_is_added_changed_and_taken_back(tmp_path: Path) -> None:
    table = extended(
        tmp_path,
        "verb,https://example.org/verbs/opened,started",
        f"verb,{VERBS}completed,started",
        f" verb , {VERBS}passed , nothing ",
    )
    assert read(table, verb={"id": "https://example.org/verbs/opened"}).event_type == "started"
    assert read(table).event_type == "started"
    assert read(table, verb={"id": f"{VERBS}passed"}).fault == NO_EVENT
    assert read(table, verb={"id": f"{VERBS}failed"}).event_type == "attempted"


def test_an_activity_type_becomes_a_stage(tmp_path: Path) -> None:
    table = extended(tmp_path, "activity_type,https://example.org/types/drill,review")
    drill = {"id": "https://example.org/drill"}
    for name, stage in {"drill": "review", "other": None}.items():
        definition = {"type": f"https://example.org/types/{name}"}
        assert read(table, object=drill | {"definition": definition}).stage == stage
    assert read(table, object=drill).stage is None


@pytest.mark.parametrize(
    ("meaning", "value", "attribute", "expected"),
    [
        ("session", "s-1", "session_id", "s-1"),
        ("progress_ratio", 1, "score", 100),
        ("progress_percentage", 25, "score", 25),
        ("target_ratio", 1, "target_score", 100),
        ("duration", "PT3S", "time_on_task_ms", 3_000),
        ("seconds", 3, "time_on_task_ms", 3_000),
        ("seconds", 10**30, "time_on_task_ms", None),
        ("seconds", "3", "time_on_task_ms", None),
        ("played_segments", "1[.]4", "time_on_task_ms", 3_000),
    ],
)
@pytest.mark.parametrize("part", ["context", "result"])
def test_an_extension_of_result_or_context_is_mapped(
    tmp_path: Path, part: str, meaning: str, value: object, attribute: str, expected: object
) -> None:
    table = extended(tmp_path, f"extension,https://example.org/ext,{meaning}")
    changes = {"result": {}, part: {"extensions": {"https://example.org/ext": value}}}
    assert getattr(read(table, **changes), attribute) == expected


def test_the_user_s_extension_is_asked_before_the_shipped_one(tmp_path: Path) -> None:
    table = extended(tmp_path, "extension,https://example.org/session,session")
    both = {f"{VIDEO}session-id": "shipped", "https://example.org/session": "own"}
    assert read(table, context={"extensions": both}).session_id == "own"
    taken_back = extended(tmp_path, f"extension,{VIDEO}session-id,nothing")
    assert read(taken_back, context={"extensions": both}).session_id is None


def test_names_of_accounts_can_be_ids_by_themselves(tmp_path: Path) -> None:
    table = extended(tmp_path, "account,https://school.example,name")
    assert read(table).student_id == "ada"
    other = {"account": {"homePage": "https://other.example", "name": "ada"}}
    assert read(table, actor=other).student_id == "https://other.example|ada"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "has the columns none"),
        ("verb,becomes\n", "has the columns verb, becomes"),
        ("kind,iri,becomes\nverb,https://a,flown\n", "says in line 2 verb,https://a,flown"),
        ("kind,iri,becomes\nverbs,https://a,started\n", "says in line 2 verbs,"),
        ("kind,iri,becomes\nverbs,https://a,nothing\n", "says in line 2 verbs,"),
        ("kind,iri,becomes\nverb,,started\n", "says in line 2 verb,,started"),
        ("kind,iri,becomes\nverb\n", "says in line 2 verb,,"),
        (
            "kind,iri,becomes\nverb,https://a,started\nverb,https://a,attempted\n",
            r"says twice what verb,https://a becomes \(line 3\)",
        ),
    ],
)
def test_a_table_that_means_nothing_is_refused(tmp_path: Path, content: str, message: str) -> None:
    table = tmp_path / "mapping.csv"
    table.write_text(content)
    with pytest.raises(CairnError, match=f"{message}.*nothing was landed.*progress_ratio"):
        read_mapping(table)


def test_a_table_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CairnError, match="cannot be read"):
        read_mapping(tmp_path / "missing.csv")
    (tmp_path / "mapping.csv").write_bytes(b"kind,iri,becomes\n\xff\n")
    with pytest.raises(CairnError, match="cannot be read"):
        read_mapping(tmp_path / "mapping.csv")
