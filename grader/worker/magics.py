"""IPython's `%magic`, `%%magic` and `!command` lines in a submission: they do nothing when a notebook is graded."""

from __future__ import annotations

import re
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

_MAGIC_LINE = re.compile(r"^\s*[%!?]|\?\s*$|=\s*[%!]", re.MULTILINE)


def as_python(source: str) -> str:
    """The source with IPython's own syntax turned into calls on `get_ipython()`; line numbers stay."""
    return TransformerManager().transform_cell(source) if _MAGIC_LINE.search(source) else source


class QuietShell:
    """What `get_ipython()` gives in a worker. Cell magics such as `%%time` still run their cell."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = namespace

    def run_line_magic(self, name: str, line: str, *rest: Any) -> None:
        pass

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        if name in ("time", "timeit", "capture", "prun"):
            exec(compile(as_python(cell), f"<cell %%{name}>", "exec"), self._namespace)

    def system(self, command: str) -> None:
        pass

    def getoutput(self, command: str) -> list[str]:
        return []
