"""What stops a lesson from being built."""


class BuildError(Exception):
    """A lesson cannot be built; the message says which and why."""
