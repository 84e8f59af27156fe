"""The root of every error that Vouch raises, and the leaves that ingest raises."""


class VouchError(Exception):
    """Something a user can act on: what went wrong, and what to do next.

    >>> str(VouchError("no such folder: clips", hint="check the path"))
    'no such folder: clips'
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ConfigError(VouchError):
    """A configuration file that cannot be used; names file, key and value."""


class UnreadableError(VouchError):
    """A file, or a record in one, that holds no article we can read; the rest goes on."""
