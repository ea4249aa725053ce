"""What `get_ipython()` and IPython's magics do in a submission."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType, SimpleNamespace
from typing import Any

import IPython.core.getipython
import IPython.display
from IPython.utils.capture import capture_output
from IPython.utils.text import DollarFormatter, SList

from grader.worker.cells import Cells
from grader.worker.commands import Commands
from grader.worker.timing import timed

_FILE_COMMANDS = ("mkdir", "rmdir", "rm", "cp", "mv", "ls", "cat")  # which are magics, too
_NOT_EXPANDED = ("time", "timeit", "prun")  # magics whose line is Python


class QuietShell:
    """What `get_ipython()` gives in a worker: shows nothing and starts no programs.

    Magics that time or capture run their code; `%run` runs a file that the notebook has written; variables of the
    environment, the working folder, files that a cell writes and commands on files are as they would be. All others do
    nothing, except those that the notebook defines itself.
    """

    def __init__(self, cells: Cells, commands: Commands) -> None:
        self._cells = cells
        self._commands = commands
        self._own: dict[tuple[str, str], Callable[..., Any]] = {}
        self._before = Path.cwd()  # for `%cd -`
        self.user_ns = cells.namespace
        results: dict[str, Any] = {"In": [""], "Out": {}, "_ih": [""], "_oh": {}, "_": "", "__": "", "___": ""}
        self.user_ns |= {"get_ipython": lambda: self, "display": _display} | results
        IPython.get_ipython = IPython.core.getipython.get_ipython = self.user_ns["get_ipython"]
        IPython.display.display = _display

    def __getattr__(self, name: str) -> _Nothing:
        if name.startswith("_"):
            raise AttributeError(name)
        return _Nothing()

    def run_line_magic(self, name: str, line: str, *rest: Any) -> Any:
        line = line if name in _NOT_EXPANDED else self.var_expand(line).strip()
        if own := self._own.get(("line", name)):
            return own(line)
        match name:
            case "time" | "prun":
                return self._run(name, line)
            case "timeit":
                return timed(line, self._cells)
            case "env" | "set_env":
                return _environment(line)
            case "cd":
                self._change_folder(line)
            case "pwd":
                return os.getcwd()
            case "run":
                self._run_file(line)
            case "sx" | "system":
                return self.getoutput(line)
            case _ if name in _FILE_COMMANDS:
                self.system(f"{name} {line}")
        return None

    def run_cell_magic(self, name: str, line: str, cell: str) -> Any:
        line = line if name in _NOT_EXPANDED else self.var_expand(line).strip()
        if own := self._own.get(("cell", name)):
            return own(line, cell)
        match name:
            case "time" | "timeit" | "prun":
                return self._run(name, cell)
            case "capture":
                self._capture(line, cell)
            case "writefile" | "file":
                *options, file = shlex.split(line)
                with open(Path(file).expanduser(), "a" if "-a" in options else "w", encoding="utf-8") as written:
                    written.write(cell)
            case "bash" | "sh":
                self._commands.run(cell)
            case "python" | "python3":
                self._commands.leave_out(name)
            case "sx" | "system":
                return self.getoutput(cell)
            case "script" if line.split()[:1] in (["bash"], ["sh"]):
                self._commands.run(cell)
        return None

    def magic(self, line: str) -> Any:
        name, _, rest = line.lstrip("%").partition(" ")
        return self.run_line_magic(name, rest)

    def system(self, command: str) -> None:
        self._commands.run(self.var_expand(command))

    def getoutput(self, command: str) -> SList:
        return SList(self._commands.run(self.var_expand(command))[1])

    def var_expand(self, text: str, *rest: Any) -> str:
        """`$name` and `{expression}` replaced by their values; as it is where that is not possible."""
        with suppress(Exception):
            return DollarFormatter().vformat(text, args=[], kwargs=self.user_ns | self._locals())
        return text

    def _locals(self) -> dict[str, Any]:
        """The variables of the notebook's function that a command or a magic stands in."""
        frame: FrameType | None = sys._getframe(1)
        while frame and frame.f_globals is not self.user_ns:
            frame = frame.f_back
        return dict(frame.f_locals) if frame else {}

    def run_cell(self, source: str, *rest: Any, **options: Any) -> SimpleNamespace:
        """As in Jupyter, what the code raises is in the result, and only there."""
        told = SimpleNamespace(result=None, success=True, error_in_exec=None, error_before_exec=None)
        try:
            told.result = self._run("run_cell", source)
        except Exception as error:
            told.success, told.error_in_exec = False, error
        return told

    def push(self, variables: dict[str, Any], *rest: Any, **options: Any) -> None:
        self.user_ns.update(variables)

    def ev(self, expression: str) -> Any:
        return eval(expression, self.user_ns)

    def register_magic_function(
        self, function: Callable[..., Any], magic_kind: str = "line", magic_name: str | None = None
    ) -> None:
        for kind in ("line", "cell") if magic_kind == "line_cell" else (magic_kind,):
            self._own[kind, magic_name or function.__name__] = function

    def _run(self, name: str, source: str) -> Any:
        return self._cells.run(source, f"<cell %{name}>")

    def _run_file(self, line: str) -> None:
        """`%run file`, among the notebook's names with `-i`; otherwise these get the file's names afterwards."""
        words = shlex.split(line)
        if "-m" in words:  # a module, which is a program of its own
            return
        file = next((word for word in words if not word.startswith("-")), "")
        path = next((path for path in (Path(file), Path(f"{file}.py")) if path.is_file()), Path(file))
        source = path.read_text("utf-8")
        inside: dict[str, Any] = self.user_ns if "-i" in words else {"__name__": "__main__"}
        inside["__file__"] = str(path.resolve())
        with suppress(SystemExit):
            self._cells.run(source, inside["__file__"], inside)
        del inside["__file__"]
        self.user_ns |= {name: value for name, value in inside.items() if not name.startswith("__")}

    def _capture(self, line: str, cell: str) -> None:
        words = shlex.split(line)
        stdout, stderr = (f"--no-{stream}" not in words for stream in ("stdout", "stderr"))
        with capture_output(stdout, stderr, display=False) as captured:
            self._run("capture", cell)
        self.user_ns |= {name: captured for name in words if name.isidentifier()}

    def _change_folder(self, line: str) -> None:
        """To a folder of the notebook's own. For others nothing happens, as in Jupyter if there is no such folder."""
        name = next((word for word in line.strip("'\"").split() if word not in ("-q", "-b")), "~")
        folder = (self._before if name == "-" else Path(name).expanduser()).resolve()
        if folder.is_relative_to(self._commands.home) and folder.is_dir():
            self._before = Path.cwd()
            os.chdir(folder)


def _environment(line: str) -> Any:
    """`%env NAME=value`, `%env NAME value`, `%env NAME` for the value, or `%env` for all."""
    name, _, value = line.strip().replace("=", " ", 1).partition(" ")
    if not value:
        return os.environ.get(name) if name else dict(os.environ)
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
