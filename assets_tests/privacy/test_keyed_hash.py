"""The hash that stands for an id is the standard's, and its key is made once, kept, and its owner's alone."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from pipelines.errors import CairnError
from pipelines.privacy.keyed_hash import keyed_hash, pseudonym_key
from pipelines.settings import Settings


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB without a file."""
    with duckdb.connect() as connection:
        yield connection


@settings(max_examples=200)
@given(key=st.binary(max_size=200), text=st.text(st.characters(exclude_categories=["Cs"])))
def test_it_is_hmac_sha_256(connection: duckdb.DuckDBPyConnection, key: bytes, text: str) -> None:
    row = connection.execute(
        f"select {keyed_hash(key, 'id')}, {keyed_hash(key, 'null')} from (select ? as id)", [text]
    ).fetchone()
    assert row == (hmac.new(key, text.encode(), hashlib.sha256).hexdigest(), None)


@pytest.mark.requirement("G000-14")
def test_the_key_that_is_given_is_used_and_nothing_is_written(tmp_path: Path) -> None:
    given_ = Settings(data=tmp_path, pseudonym_key=SecretStr("a key that is long enough to be one"))
    assert pseudonym_key(given_) == b"a key that is long enough to be one"
    assert list(tmp_path.iterdir()) == []
    assert "a key" not in repr(given_)


def test_the_environment_gives_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAIRN_PSEUDONYM_KEY", "from outside, and long enough to be one")
    assert pseudonym_key(Settings(data=tmp_path)) == b"from outside, and long enough to be one"


@pytest.mark.requirement("G000-14")
def test_without_one_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    house = Settings(data=tmp_path)
    key = pseudonym_key(house)
    assert len(bytes.fromhex(key.decode())) == 32
    assert pseudonym_key(house) == key
    assert [path.name for path in tmp_path.iterdir()] == ["pseudonym.key"]
    assert (tmp_path / "pseudonym.key").stat().st_mode & 0o777 == 0o600
    assert (
        pseudonym_key(Settings(data=tmp_path / "..", pseudonym_key=SecretStr(key.decode()))) == key
    )
    (tmp_path / "other").mkdir()
    assert pseudonym_key(Settings(data=tmp_path / "other")) != key


@pytest.mark.parametrize("kept", [0, 1, 31])
def test_a_key_file_that_was_cut_short_is_no_key(tmp_path: Path, kept: int) -> None:
    house = Settings(data=tmp_path)
    key = pseudonym_key(house)
    house.pseudonym_key_file.write_bytes(key[:kept] + b"\n")
    with pytest.raises(CairnError, match=rf"^The key in .*pseudonym\.key has {kept} bytes .*\.$"):
        pseudonym_key(house)
    assert house.pseudonym_key_file.read_bytes() == key[:kept] + b"\n"
