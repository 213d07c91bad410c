"""A data root to derive something in, beside everything that is there, and thrown away afterwards.

Belongs here: the folder, and who holds it. Not here: what is derived. It holds names in clear, so that its owner alone
may look, and what a killed process left is swept, by the next one and with the warehouse.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipelines.settings import Settings

PREFIX = ".scratch-"


@contextmanager
def scratch_root(settings: Settings) -> Iterator[Path]:
    """An empty folder in the data root, this process's alone; gone after the block."""
    sweep_scratch(settings)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=settings.data.absolute()))
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def sweep_scratch(settings: Settings) -> None:
    """Remove the folders whose processes are gone; a lock goes with its process."""
    for folder in settings.data.glob(f"{PREFIX}*"):
        with suppress(FileNotFoundError, BlockingIOError):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
            finally:
                os.close(descriptor)
