"""What more than one step does with files: have them survive a power cut, and tell their content by its hash."""

import hashlib
import os
from pathlib import Path


def make_durable(path: Path) -> None:
    """Have a file's bytes, or a folder's names, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(path: os.PathLike[str]) -> str:
    """The SHA-256 of a file's bytes, in lower-case hex."""
    with Path(path).open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
