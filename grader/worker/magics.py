"""What IPython adds to Python, in a submission: `%magic`, `%%magic` and `!command` lines, `display`."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from typing import Any

import IPython.core.getipython
import IPython.display
from IPython.core.inputtransformer2 import TransformerManager
from IPython.utils.capture import CapturedIO

_MAGIC_LINE = re.compile(r"^\s*[%!?]|\?\s*$|=\s*[%!]", re.MULTILINE)
_LAST_RESULTS = {"In": [""], "Out": {}, "_": "", "__": "", "___": ""}


def as_python(source: str) -> str:
    """The source with IPython's own syntax turned into calls on `get_ipython()`; line numbers stay."""
    return TransformerManager().transform_cell(source) if _MAGIC_LINE.search(source) else source


class QuietShell:
    """What `get_ipython()` gives in a worker: shows nothing and starts nothing.

    Magics that time or capture still run their code; variables of the environment, the working folder, files that a
    cell writes and the folders of `mkdir` are as they would be. All others do nothing.
    """

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = self.user_ns = namespace
        namespace |= {"get_ipython": lambda: self, "display": _display} | _LAST_RESULTS
        IPython.get_ipython = IPython.core.getipython.get_ipython = namespace["get_ipython"]
        IPython.display.display = _display

    def __getattr__(self, name: str) -> _Nothing:
        if name.startswith("_"):
            raise AttributeError(name)
        return _Nothing()

    def run_line_magic(self, name: str, line: str, *rest: Any) -> str | None:
        match name:
            case "time" | "prun":
                self._run(name, line)
            case "env" | "set_env":
                return _environment(line)
            case "cd" if line.strip():
                os.chdir(line.strip())
        return None

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        match name:
            case "time" | "timeit" | "capture" | "prun":
                self._run(name, cell)
                if name == "capture" and line.strip().isidentifier():
                    self._namespace[line.strip()] = CapturedIO(None, None)
            case "writefile" | "file":
                *options, file = shlex.split(line)
                with open(file, "a" if "-a" in options else "w", encoding="utf-8") as written:
                    written.write(cell)
            case "bash" | "sh" | "script":
                for command in cell.splitlines():
                    self.system(command)

    def system(self, command: str) -> None:
        words = command.split() if command.count("'") % 2 or command.count('"') % 2 else shlex.split(command)
        if words[:1] == ["mkdir"]:
            for folder in words[1:]:
                if not folder.startswith("-"):
                    Path(folder).mkdir(parents=True, exist_ok=True)

    def getoutput(self, command: str) -> list[str]:
        return []

    def _run(self, name: str, source: str) -> None:
        exec(compile(as_python(source), f"<cell %{name}>", "exec", dont_inherit=True), self._namespace)


def _environment(line: str) -> str | None:
    """`%env NAME=value`, `%env NAME value`, or `%env NAME` for the value."""
    name, _, value = line.strip().replace("=", " ", 1).partition(" ")
    if not value:
        return os.environ.get(name)
    os.environ[name] = value.strip()
    return None


class _Nothing:
    """Has all attributes, none of which does anything: what `display(…, display_id=True)` gives, and `shell.events`."""

    def __getattr__(self, name: str) -> _Nothing:
        return self

    def __call__(self, *arguments: Any, **options: Any) -> None:
        pass

    def __contains__(self, item: object) -> bool:
        return False


def _display(*shown: Any, display_id: Any = None, **options: Any) -> _Nothing | None:
    return _Nothing() if display_id else None
