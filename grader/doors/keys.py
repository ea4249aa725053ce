"""Single keys from a terminal, without Enter; where there is no terminal, none."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

HUNG_UP = "\x04"  # as if Ctrl-D had been pressed


@contextmanager
def pressed() -> Iterator[Callable[[float], str] | None]:
    """Gives a function that waits some seconds for a key, and returns it: "" if none was pressed, HUNG_UP if none can
    be pressed any more. None where there is no terminal.

    Meanwhile the terminal shows no keys and passes each on at once; Ctrl-C interrupts as ever. Afterwards it is as it
    was before.
    """
    try:
        import termios
        import tty

        terminal = sys.stdin.fileno()
        before = termios.tcgetattr(terminal)
    except (ImportError, OSError, ValueError, termios.error):  # Windows, a pipe, no input at all
        yield None
        return
    try:
        tty.setcbreak(terminal)
        yield lambda seconds: _key(terminal, seconds)
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _key(terminal: int, seconds: float) -> str:
    if not select.select([terminal], [], [], seconds)[0]:
        return ""
    try:
        return os.read(terminal, 1).decode(errors="replace") or HUNG_UP
    except OSError:
        return HUNG_UP
