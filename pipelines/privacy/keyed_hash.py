"""The keyed hash that stands for an id where nobody may be recognised: HMAC-SHA-256 in lower-case hex.

Whoever has the key can tell whose a hash is, by trying ids; nobody else can, and one id has one hash in every
table. The key is `CAIRN_PSEUDONYM_KEY`, or else a random one in `pseudonym.key` of the data root, made once and
never published. The hash is made at the very end, when a role's file is written: the warehouse and every
fingerprint know the ids, and are the same on machines with other keys.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from pipelines.errors import CairnError
from pipelines.files import write_owner_only
from pipelines.settings import KEY_BYTES, Settings

BLOCK_BYTES = 64


def pseudonym_key(settings: Settings) -> bytes:
    """The key: the setting's text, or else the file's, which is made when it is not there yet.

    Raises `CairnError` for a file that was cut short: anybody could try all keys that are left.
    """
    if settings.pseudonym_key:
        return settings.pseudonym_key.get_secret_value().encode()
    path = settings.pseudonym_key_file
    if not path.exists():
        write_owner_only(path, f"{secrets.token_hex(KEY_BYTES)}\n".encode())
    key = path.read_bytes().strip()
    if len(key) < KEY_BYTES:
        raise CairnError(
            f"The key in {path} has {len(key)} bytes of at least {KEY_BYTES}; nothing was published, and what was"
            " published stands; restore it from a backup, or delete it and subjects get new hashes."
        )
    return key


def keyed_hash(key: bytes, text: str) -> str:
    """SQL for the hash of a text; `text` is SQL as well, and NULL stays NULL (RFC 2104, spelled out for DuckDB)."""
    block = (hashlib.sha256(key).digest() if len(key) > BLOCK_BYTES else key).ljust(
        BLOCK_BYTES, b"\0"
    )
    inner, outer = (bytes(byte ^ pad for byte in block).hex() for pad in (0x36, 0x5C))
    return f"sha256(unhex('{outer}') || unhex(sha256(unhex('{inner}') || encode({text}))))"


def key_mark(key: bytes) -> str:
    """What tells a key from any other and gives nothing of it away."""
    return hmac.new(key, b"the key of a published version", hashlib.sha256).hexdigest()
