"""The one exception that a person is meant to read."""


class CairnError(Exception):
    """A failure said in one sentence: what failed, where, what was kept, and what to do."""
