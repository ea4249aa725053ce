"""`%timeit -o`: how long a statement takes, as the object that IPython gives."""

from __future__ import annotations

import time
from typing import Any

from grader.worker.cells import Cells

_TAKE_A_NUMBER = ("-n", "-r", "-p")


def timed(line: str, cells: Cells) -> Any:
    """The time of a single run if the line asks for a result (`-o`); otherwise nothing runs.

    Jupyter runs the statement many times, but binds no names.
    """
    options, statement = _options(line)
    if "-o" not in options:
        return None
    from IPython.core.magics.execution import TimeitResult

    start = time.perf_counter()
    cells.run(statement, "<cell %timeit>", dict(cells.namespace))
    took = time.perf_counter() - start
    return TimeitResult(1, 1, took, took, [took], 0.0, 3)


def _options(line: str) -> tuple[set[str], str]:
    """The options, and the statement behind them."""
    options = set()
    rest = line.strip()
    while rest.startswith("-"):
        option, _, rest = rest.partition(" ")
        options.add(option[:2])
        if option in _TAKE_A_NUMBER:
            rest = rest.strip().partition(" ")[2]
        rest = rest.strip()
    return options, rest
