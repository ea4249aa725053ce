"""Which state of the course a result belongs to: a hash of everything that decides a lesson's verdicts.

That is the code which grades any lesson, what the lesson's checks and script import of this course (followed from
module to module), the data files beside those modules, the script's code, and the packages that numbers come from.
"""

from __future__ import annotations

import ast
import hashlib
import platform
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

from grader.course import script
from grader.course.catalogue import lesson, lesson_ids
from grader.course.folders import COURSE, QUESTIONS, ROOT

_ENGINE = ("grader/grading/grader.py", "grader/worker/zygote.py")  # the trusted side, and the worker
_PACKAGES = ("numpy", "scikit-learn", "torch")
_ADDRESSES = ("grader/__init__.py",)  # names what is elsewhere, and would lead everywhere


@cache
def lesson_version(lesson_id: str) -> str:
    """The version of what decides a verdict on this lesson."""
    digest = hashlib.sha256(_surroundings().encode())
    roots = [*(ROOT / name for name in _ENGINE), COURSE.checks_file(lesson_id), COURSE.script(lesson_id)]
    for path in sorted(_files(roots)):
        content = _running_part(path) if path == COURSE.script(lesson_id) else path.read_bytes()
        digest.update(f"{path.relative_to(ROOT).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


@cache
def recognition_version() -> str:
    """The version of what decides which lesson a notebook belongs to: the exercises of all lessons."""
    names = {known: list(lesson(known).exercises) for known in lesson_ids()}
    return hashlib.sha256(repr(names).encode()).hexdigest()[:16]


@cache
def course_version() -> str:
    """The version of all lessons together."""
    parts = [recognition_version(), *map(lesson_version, lesson_ids())]
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]


def _surroundings() -> str:
    packages = [f"{name} {version(name)}" for name in _PACKAGES]
    return "; ".join([f"Python {'.'.join(platform.python_version_tuple()[:2])}", *packages])


def _running_part(path: Path) -> bytes:
    """What of a script decides: its code, and the ids of all cells; how the prose is worded does not."""
    cells = script.read(path)
    named = zip(script.cell_ids(cells), cells, strict=True)
    return repr([(name, cell.kind, cell.source if cell.is_code else "") for name, cell in named]).encode()


def _files(roots: Iterable[Path]) -> set[Path]:
    """The modules that `roots` lead to, themselves among them, and the data files beside them."""
    modules: set[Path] = set()
    pending = list(roots)
    while pending:
        path = pending.pop()
        if path not in modules:
            modules.add(path)
            pending += _imported(path)
    folders = {path.parent for path in modules} - {COURSE.solutions}
    data = {file for folder in folders for file in folder.iterdir() if file.is_file() and _decides(file)}
    return modules | data


def _decides(beside: Path) -> bool:
    """Whether a file beside a module is data that verdicts depend on; questions are for readers."""
    return beside.suffix != ".py" and beside.name != QUESTIONS


def _imported(path: Path) -> Iterator[Path]:
    """The course's own modules that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            if name.partition(".")[0] in ("grader", "vaelab"):
                yield from _module(name)


def _module(name: str) -> Iterator[Path]:
    """The file of this module, if it is one."""
    place = ROOT.joinpath(*name.split("."))
    for path in (place.with_suffix(".py"), place / "__init__.py"):
        if path.is_file() and path.relative_to(ROOT).as_posix() not in _ADDRESSES:
            yield path
