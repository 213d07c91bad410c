"""Text of a statement that cannot be a parameter of it."""


def literal(value: object) -> str:
    """A value's text as SQL writes it: a path, a name, a description."""
    return "'" + str(value).replace("'", "''") + "'"
