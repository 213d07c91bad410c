"""The exceptions that a person is meant to read, and what such a sentence takes from others."""


class CairnError(Exception):
    """A failure said in one sentence: what failed, where, what was kept, and what to do."""


class UnavailableError(CairnError):
    """One of a reader that finds no version to read."""


class MachineError(CairnError):
    """One of which the machine is the reason, such as its disk: another attempt may go well."""


def first_line(error: object) -> str:
    """Of what an error says the first line, for a sentence about it; DuckDB goes on with queries and advice."""
    return next(iter(str(error).strip().splitlines()), "")
