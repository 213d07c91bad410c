"""A data root whose users have names, addresses, versions, conflicts and rows that cannot be read."""

from pathlib import Path

import pytest

from assets_tests.ingest.data_root import DataRoot

FIRST = "\n".join(
    [
        "user_id,username,email,role,effective_at",
        "u1,ada.lovelace,ada@analytical.example,student,2026-01-01",
        "u1,ada.king,ada@analytical.example,student,2026-02-01",
        "u2,charles,charles@difference.example,teacher,",
        "u1,ada.byron,ada@analytical.example,student,2026-01-01",  # 5: a conflict
        "u9,ada.lovelace,,wizard,",  # 6: the same name under another id
        "u8,luigi,ADA@analytical.example,wizard,",  # 7: the same address
        ",ada.l,al@analytical.example,student,",  # 8: no id, no known name
        "u1;ada.l;al@analytical.example",  # 9: unreadable, but mentions the id
        "u7,luigi,luigi@engines.example,wizard,",  # 10: somebody else
        "",
    ]
)
SECOND = "\n".join(
    [
        '{"user_id":"u1","username":"ada.king","email":"ada@analytical.example","role":"student",'
        '"effective_at":"2026-02-01"}',
        '{"user_id":"u3","username":"ada.king","email":null}',
        '{"user_id":"u6","username":"mary","email":"ada\\u0040analytical.example","role":"wizard"}',
        '{"user_id":"u1","is_deleted":true,"effective_at":"2026-03-01"}',
        "",
    ]
)
NAMES = ("lovelace", "ada.king", "ada.byron", "ada@analytical", "ada.l")


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    """An empty data root."""
    return DataRoot(tmp_path / "data")


@pytest.fixture
def peopled(root: DataRoot) -> DataRoot:
    """Two batches of users, in CSV and JSONL."""
    root.taken("users", "first.csv", FIRST)
    root.taken("users", "second.jsonl", SECOND)
    return root
