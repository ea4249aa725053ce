"""The event loop that the cells of a notebook share.

Jupyter has one that always runs. In a worker it runs when a cell awaits something, and for a moment after each cell
that has made a task.
"""

from __future__ import annotations

import asyncio
import asyncio.events
import threading
import warnings
from collections.abc import Coroutine
from typing import Any

_own: list[asyncio.AbstractEventLoop] = []
_running = asyncio.get_running_loop


def let_tasks_be_made() -> None:
    """In a worker: `asyncio.create_task` works at top level, too, and so does whatever asks for the loop that runs."""
    asyncio.get_running_loop = asyncio.events.get_running_loop = _running_or_own


def result_of(awaitable: Coroutine[Any, Any, Any]) -> Any:
    """What a cell with `await` at top level gives."""
    return _notebooks().run_until_complete(awaitable)


def let_tasks_begin() -> None:
    """Gives the tasks that cells have made, and not waited for, a turn."""
    if _own and not _own[-1].is_closed() and asyncio.all_tasks(_own[-1]):
        _own[-1].run_until_complete(asyncio.sleep(0))


def _running_or_own() -> asyncio.AbstractEventLoop:
    try:
        return _running()
    except RuntimeError:
        if threading.current_thread() is not threading.main_thread():
            raise
        return _notebooks()


def _notebooks() -> asyncio.AbstractEventLoop:
    """The loop of this notebook, which is what `asyncio.get_event_loop` gives as well."""
    if not _own or _own[-1].is_closed():
        _own[:] = [_present() or asyncio.new_event_loop()]
    asyncio.set_event_loop(_own[-1])
    return _own[-1]


def _present() -> asyncio.AbstractEventLoop | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # newer versions of Python do not make one
            loop = asyncio.get_event_loop()
    except RuntimeError:
        return None
    return None if loop.is_closed() else loop
