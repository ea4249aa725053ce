"""The few commands on files that notebooks give after `!`, in `%%bash` and to `os.system`: done without a shell.

Everything else would be another program, which a worker cannot start. It is left out, and remembered by its name if
files may be missing for that.
"""

from __future__ import annotations

import glob
import itertools
import os
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

# What bash does with other commands, scripts and quotation marks is not done here: shlex finds the words.
_ERRORS_ELSEWHERE = re.compile(r"(?<!\S)(?:2>>?|&>>?)\s*(?:&1|[^\s;|&]+)")
_BRACES = re.compile(r"\{([^{}\s,]*,[^{}\s]*)\}")
_LANGUAGE = re.compile(r"for|while|until|if|case|select|function|do|then|else|fi|done|esac|\{|\}|\w+=.*", re.DOTALL)
_OPERATORS = "();<>|&"
_SEPARATORS = ("&&", "||", ";", "&")
_NOTHING = ("true", ":", "export", "set", "sleep", "chmod", "sync", "clear")
_LONG_OPTIONS = {"--parents": "p", "--recursive": "r", "--force": "f"}
_DOWNLOAD = ("wget", "curl", "gdown", "git", "kaggle", "rsync")
_UNPACK = ("unzip", "tar", "gunzip", "zip", "gzip")
_MAKE_FILES = (*_DOWNLOAD, *_UNPACK, "bash", "sh", "python", "python3", "jupyter", "tee", "sed", "ln", "printf", "dd")
_NOT_FOUND = 127  # what a shell gives for a program that is not there


class _Refused(Exception):
    """Something that would take a shell, or another program; the text is its name."""


@dataclass
class _Command:
    words: list[str] = field(default_factory=list)
    target: str = ""  # of `> file`
    adds: bool = False  # `>>`
    after: str = ";"


class Commands:
    """Does commands within the folder `home`. `refused` has the names of those that would have made files."""

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()
        self.refused: list[str] = []

    def run(self, script: str) -> tuple[int, list[str]]:
        """The exit status, and the lines that were printed."""
        session = _Session(self.home, Path.cwd())
        try:
            commands = [command for line in script.replace("\\\n", " ").split("\n") for command in _parsed(line)]
        except _Refused as program:
            return self._refuse(str(program), session)
        status = 0
        for command in commands:
            if (command.after == "&&" and status not in (0, _NOT_FOUND)) or (command.after == "||" and status == 0):
                continue
            try:
                status = session.do(command)
            except _Refused as program:
                status, _ = self._refuse(str(program), session)
        return status, session.printed

    def system(self, command: str) -> int:
        """In place of `os.system`."""
        return self.run(os.fsdecode(command))[0] << 8

    def leave_out(self, program: str) -> None:
        """Remembers a program that would have run."""
        if program in _MAKE_FILES and program not in self.refused:
            self.refused.append(program)

    def _refuse(self, program: str, session: _Session) -> tuple[int, list[str]]:
        self.leave_out(program)
        session.printed.append(f"{program}: not run, since a notebook can start no programs while it is graded")
        return _NOT_FOUND, session.printed


def _parsed(line: str) -> Iterator[_Command]:
    """The commands of a line. Nothing of a line whose quotation marks do not close, as in a shell."""
    try:
        words = _words(line)
    except ValueError:
        return
    if any(map(_LANGUAGE.fullmatch, words[:1])) or "`" in line:
        raise _Refused("bash")
    command = _Command()
    following = iter(words)
    for word in following:
        if word.startswith("#"):
            break
        if word in _SEPARATORS:
            yield command
            command = _Command(after=word)
        elif word in (">", ">>") and (target := next(following, None)) is not None:
            command.target, command.adds = target, word == ">>"
        elif word and not set(word) - set(_OPERATORS):
            raise _Refused(command.words[0] if command.words else "bash")
        else:
            command.words.append(word)
    yield command


def _words(line: str) -> list[str]:
    lexer = shlex.shlex(_ERRORS_ELSEWHERE.sub(" ", line), posix=True, punctuation_chars=_OPERATORS)
    lexer.whitespace_split = True
    lexer.commenters = ""
    return list(lexer)


def _in_braces(word: str) -> list[str]:
    """`a{b,c}` is `ab` and `ac`."""
    if not (found := _BRACES.search(word)):
        return [word]
    before, after = word[: found.start()], word[found.end() :]
    return [whole for part in found[1].split(",") for whole in _in_braces(before + part + after)]


class _Session:
    """One script: the folder that it is in, and what it has printed."""

    def __init__(self, home: Path, folder: Path) -> None:
        self._home = home
        self._folder = folder
        self.printed: list[str] = []

    def do(self, command: _Command) -> int:
        """The exit status. Refused for what is not one of the commands here."""
        if not command.words:
            return self._put(command, []) if command.target else 0
        name, *words = map(os.path.expandvars, command.words)
        if name == "[" and words.pop() == "]":
            name = "test"
        if name in _NOTHING or name == "false":
            return int(name == "false")
        does: Callable[[list[str]], list[str]] | None = getattr(self, f"_{name}", None) if name in _KNOWN else None
        if does is None:
            raise _Refused(Path(name).name)
        try:
            return self._put(command, does(words))
        except (OSError, shutil.Error, ValueError):
            return 1

    def _put(self, command: _Command, lines: list[str]) -> int:
        if not command.target:
            self.printed += lines
        elif command.target != os.devnull:
            with self._own(os.path.expandvars(command.target)).open(
                "a" if command.adds else "w", encoding="utf-8"
            ) as file:
                file.writelines(f"{line}\n" for line in lines)
        return 0

    def _mkdir(self, words: list[str]) -> list[str]:
        options, names = self._split(words)
        for name in names:
            self._own(name).mkdir(parents="p" in options, exist_ok="p" in options)
        return []

    def _rmdir(self, words: list[str]) -> list[str]:
        for name in self._split(words)[1]:
            self._own(name).rmdir()
        return []

    def _touch(self, words: list[str]) -> list[str]:
        for name in self._split(words)[1]:
            self._own(name).touch()
        return []

    def _rm(self, words: list[str]) -> list[str]:
        options, names = self._split(words)
        for name in names:
            path = self._own(name)
            if path.is_dir() and not path.is_symlink() and options & {"r", "R"}:
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok="f" in options)
        return []

    def _cp(self, words: list[str]) -> list[str]:
        options, (*sources, target) = self._split(words)
        for source in map(self._path, sources):
            if source.is_dir() and options & {"r", "R", "a"}:
                into = self._own(target)
                shutil.copytree(source, into / source.name if into.is_dir() else into)
            else:
                shutil.copyfile(source, self._inside(target, source))
        return []

    def _mv(self, words: list[str]) -> list[str]:
        *sources, target = self._split(words)[1]
        for source in sources:
            self._own(source).rename(self._inside(target, self._path(source)))
        return []

    def _cd(self, words: list[str]) -> list[str]:
        folder = self._path(words[0] if words else "~")
        if not folder.is_dir():
            raise NotADirectoryError
        self._folder = folder.resolve()
        return []

    def _pwd(self, words: list[str]) -> list[str]:
        return [str(self._folder)]

    def _ls(self, words: list[str]) -> list[str]:
        """Names only, whatever the options."""
        options, names = self._split(words)
        found: list[str] = []
        for name in names or ["."]:
            path = self._path(name)
            inside = sorted(os.listdir(path)) if path.is_dir() and "d" not in options else [name]
            if not inside and path.resolve() == self._home:
                inside = ["notebook.ipynb"]  # which is there at least wherever a notebook runs
            path.stat()
            found += [f"{name}:"] if len(names) > 1 and path.is_dir() else []
            found += [one for one in inside if not one.startswith(".") or "a" in options or one == name]
        return found

    def _cat(self, words: list[str]) -> list[str]:
        names = self._split(words)[1]
        return [line for name in names for line in self._path(name).read_text("utf-8", "replace").splitlines()]

    def _echo(self, words: list[str]) -> list[str]:
        shown = itertools.dropwhile(("-n", "-e", "-ne", "-en").__contains__, words)
        return " ".join(shown).split("\n")

    def _test(self, words: list[str]) -> list[str]:
        """`test -d folder`, `test -f file`, `test -e name`, and `!` before them. OSError if it is not so."""
        asks = {"-d": Path.is_dir, "-f": Path.is_file, "-e": Path.exists}
        *no, option, name = words
        if option not in asks or no not in ([], ["!"]):
            raise _Refused("test")
        if asks[option](self._path(name)) is bool(no):
            raise FileNotFoundError
        return []

    def _split(self, words: list[str]) -> tuple[set[str], list[str]]:
        """The letters of the options, and the names, with `*` and braces expanded."""
        letters = {letter for word in words if word.startswith("-") for letter in _LONG_OPTIONS.get(word, word[1:])}
        plain = [whole for word in words if not word.startswith("-") for whole in _in_braces(word)]
        return letters, [name for word in plain for name in sorted(glob.glob(word, root_dir=self._folder)) or [word]]

    def _path(self, name: str) -> Path:
        return self._folder / Path(name).expanduser()

    def _own(self, name: str) -> Path:
        """A path in the notebook's own folder; PermissionError for others."""
        path = self._path(name)
        if not path.parent.resolve().is_relative_to(self._home) or path.resolve() == self._home:
            raise PermissionError
        return path

    def _inside(self, target: str, source: Path) -> Path:
        """Where a copy goes: into a folder, under its own name, or to that very path."""
        into = self._path(target)
        return self._own(f"{target}/{source.name}" if into.is_dir() else target)


_KNOWN = ("mkdir", "rmdir", "touch", "rm", "cp", "mv", "cd", "pwd", "ls", "cat", "echo", "test")
