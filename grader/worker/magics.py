"""What IPython adds to Python, in a submission: `%magic`, `%%magic` and `!command` lines, `display`."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

_MAGIC_LINE = re.compile(r"^\s*[%!?]|\?\s*$|=\s*[%!]", re.MULTILINE)


def as_python(source: str) -> str:
    """The source with IPython's own syntax turned into calls on `get_ipython()`; line numbers stay."""
    return TransformerManager().transform_cell(source) if _MAGIC_LINE.search(source) else source


class QuietShell:
    """What `get_ipython()` gives in a worker: shows nothing and starts nothing.

    Magics that time a statement or a cell still run it, and `!mkdir` makes its folders; all others do nothing.
    """

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = namespace
        namespace["get_ipython"] = lambda: self
        namespace["display"] = lambda *shown, **options: None

    def run_line_magic(self, name: str, line: str, *rest: Any) -> None:
        if name in ("time", "prun"):
            self._run(name, line)

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        if name in ("time", "timeit", "capture", "prun"):
            self._run(name, cell)

    def system(self, command: str) -> None:
        words = shlex.split(command)
        if words[:1] == ["mkdir"]:
            for folder in words[1:]:
                if not folder.startswith("-"):
                    Path(folder).mkdir(parents=True, exist_ok=True)

    def getoutput(self, command: str) -> list[str]:
        return []

    def _run(self, name: str, source: str) -> None:
        exec(compile(as_python(source), f"<cell %{name}>", "exec"), self._namespace)
