"""The end of a run at a chosen call, as an exception: cheap, and at every single step.

Belongs here: what tests of several packages crash by. Not here: processes that are killed (`crash`).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any


class CrashError(Exception):
    """The end of a run in the middle of it."""


def crashing(function: Callable[..., Any], after: int) -> Callable[..., Any]:
    """The function, which ends the run at its call after the first ones."""
    calls = itertools.count(1)

    def call(*args: Any) -> Any:
        if next(calls) > after:
            raise CrashError
        return function(*args)

    return call
