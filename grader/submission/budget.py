"""How long grading one submission may take."""

from __future__ import annotations

import time

from grader.failures import NotChecked

_MOST_PATIENCE = 9.0  # on a busy machine it may take up to this many times its limit more


class TimeBudget:
    """Seconds that run from now on, but for those in which a busy machine made the submission wait."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds
        self._patience = _MOST_PATIENCE * seconds

    def forgive(self, waited: float) -> None:
        """Gives back seconds that were spent waiting for a processor, as far as patience goes."""
        forgiven = min(waited, self._patience)
        self._patience -= forgiven
        self._end += forgiven

    def left(self) -> float:
        """The seconds that are left; NotChecked when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise NotChecked(f"The notebook used up the {self._seconds:g} seconds allowed for grading it.")
        return left
