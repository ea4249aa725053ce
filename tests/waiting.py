"""Waiting for what comes sooner or later, however busy the machine is."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 900.0  # seconds for what takes a few on an idle machine: only what never comes is a failure


def wait_until(condition: Callable[[], object]) -> None:
    """Returns as soon as the condition holds; AssertionError when it still does not after PATIENCE."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
