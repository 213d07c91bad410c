"""A text sealed with a key, and opened again.

The mode is AES-SIV, which is deterministic: the same text of the same person in the same column has the same
sealed form. So duplicates, conflicts and unchanged versions are found by comparing sealed forms, and nothing
is opened for it. All it gives away is that a person's value stayed as it was.
"""

import base64
import binascii

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

KEY_BITS = 256


class SealError(Exception):
    """A text that was not sealed with this key, in this place, or was changed since."""


def new_key() -> bytes:
    """A random key."""
    return AESSIV.generate_key(KEY_BITS)


def seal(key: bytes, text: str, *place: str) -> str:
    """The sealed form of a text, in base64; `place` (contract, column) is sealed in, and must be named to open it."""
    sealed = AESSIV(key).encrypt(text.encode(), [part.encode() for part in place])
    return base64.b64encode(sealed).decode()


def unseal(key: bytes, sealed: str, *place: str) -> str:
    """The text again; raises `SealError` for another key, another place or a changed byte."""
    try:
        content = base64.b64decode(sealed, validate=True)
        return AESSIV(key).decrypt(content, [part.encode() for part in place]).decode()
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise SealError(f"what is sealed at {'.'.join(place)} does not open") from error
