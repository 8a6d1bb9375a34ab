"""The one kind of failure that ``./dev`` reports."""


class DevError(Exception):
    """A failure told to the user as one sentence, without a traceback."""
