"""A sealed text opens with its key in its place, compares like the text, and says nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.privacy.sealing import SealError, new_key, seal, unseal

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
KEY = new_key()


@given(TEXTS)
def test_what_was_sealed_opens_again(text: str) -> None:
    assert unseal(KEY, seal(KEY, text, "users", "email"), "users", "email") == text


@given(TEXTS, TEXTS)
def test_sealed_forms_are_equal_exactly_when_the_texts_are(one: str, other: str) -> None:
    same = seal(KEY, one, "users", "email") == seal(KEY, other, "users", "email")
    assert same == (one == other)


def test_one_text_looks_different_for_each_person_and_column() -> None:
    other = new_key()
    forms = {
        seal(key, "ada", "users", column)
        for key in (KEY, other)
        for column in ("username", "email")
    }
    assert len(forms) == 4


def test_nothing_opens_with_another_key_in_another_place_or_after_a_change() -> None:
    sealed = seal(KEY, "ada", "users", "username")
    for key, text, place in (
        (new_key(), sealed, ("users", "username")),
        (KEY, sealed, ("users", "email")),
        (KEY, sealed[:-4] + "AAAA", ("users", "username")),
        (KEY, "ada", ("users", "username")),
        (KEY, "", ("users", "username")),
    ):
        with pytest.raises(SealError, match=r"does not open"):
            unseal(key, text, *place)
