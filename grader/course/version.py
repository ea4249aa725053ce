"""Which state of the course a result belongs to: hashes of everything that decides it, by what and by exercise.

All exercises of a lesson depend on the code that grades any lesson, on what lessons share and on the lesson's own cells
(followed from module to module), with the data files beside those modules, and on the packages that numbers come from.
One exercise depends on its checks, on what these lead to in the lesson's folder, on what the tables there say about it,
and on the course's answer.
"""

from __future__ import annotations

import ast
import hashlib
import json
import platform
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path

from grader.course import script
from grader.course.catalogue import class_key, lesson, lesson_ids
from grader.course.folders import COURSE, QUESTIONS, ROOT
from grader.course.points import scaled
from grader.course.sources import CheckSource, LessonSources

GRADER, SHARED = "the grader itself", "what lessons share"
CELLS, PACKAGES = "cells of the lesson", "Python, or a package"
THRESHOLDS, IDEAS, SLIPS = "its thresholds", "its misconceptions", "what its slips cost"
ANSWER, PLACE = "the course's answer", "what it builds on"
_ENGINE = ("grader/grading/grader.py", "grader/worker/zygote.py")  # the trusted side, and the worker
_PACKAGES = ("numpy", "scikit-learn", "torch")
_ADDRESSES = ("grader/__init__.py",)  # names what is elsewhere, and would lead everywhere


@dataclass(frozen=True)
class ExerciseVersion:
    """What decides the result of one exercise: hashes of its checks and of the rest, and the points of the checks."""

    checks: dict[str, str]
    rest: dict[str, str]
    points: dict[str, float]
    builds_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Version:
    """What decides a result: hashes of what concerns all of it, by what that is, and what decides each exercise."""

    common: dict[str, str]
    exercises: dict[str, ExerciseVersion] = field(default_factory=dict)

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Version:
        data = json.loads(text)
        exercises = {
            name: ExerciseVersion(**one | {"builds_on": tuple(one["builds_on"])})
            for name, one in data["exercises"].items()
        }
        return cls(data["common"], exercises)

    @cached_property
    def digest(self) -> str:
        return _hash(self.to_json())


@cache
def lesson_version(lesson_id: str) -> Version:
    """The version of what decides a verdict on this lesson."""
    folder = COURSE.checks_folder(lesson_id)
    engine = _files(ROOT / name for name in _ENGINE)
    every = _files([*(ROOT / name for name in _ENGINE), COURSE.checks_file(lesson_id), COURSE.script(lesson_id)])
    outside = {path for path in every if path.parent != folder} - {COURSE.script(lesson_id)}
    tables = {COURSE.exercises(lesson_id), COURSE.thresholds(lesson_id), COURSE.misconceptions(lesson_id)[1]}
    beside = {path for path in every - outside - tables if path.parent == folder and path.suffix != ".py"}
    cells = _cells(lesson_id)
    common = {
        GRADER: _hash_of(engine),
        SHARED: _hash_of(outside - engine | beside),
        CELLS: _hash(repr([(name, cell.kind, _common_part(cell)) for name, cell in cells])),
        PACKAGES: _surroundings(),
    }
    return Version(common, _exercises(lesson_id))


@cache
def recognition_version() -> str:
    """The version of what decides which lesson a notebook belongs to: the exercises of all lessons."""
    return _hash(repr({known: list(lesson(known).exercises) for known in lesson_ids()}))


@cache
def course_version() -> str:
    """The version of all lessons together."""
    return _hash(" ".join([recognition_version(), *(lesson_version(known).digest for known in lesson_ids())]))


def _exercises(lesson_id: str) -> dict[str, ExerciseVersion]:
    table = tomllib.loads(COURSE.exercises(lesson_id).read_text("utf-8"))["exercises"]
    checks = _checks(lesson_id, table)
    points = scaled({f"{one}::{check}": source.weight for one in table for check, source in checks[one].items()})
    texts = {name: "\n".join(source.text for source in own.values()) for name, own in checks.items()}
    thresholds = _told(_entries(COURSE.thresholds(lesson_id)), texts)
    ideas = _told(_entries(COURSE.misconceptions(lesson_id)[1]), texts)
    answers = {cell.name: cell.source for _, cell in _cells(lesson_id) if cell.kind == "exercise"}
    found = {}
    for name, entry in table.items():
        rest = {THRESHOLDS: thresholds[name], IDEAS: ideas[name], ANSWER: answers[name]}
        rest[SLIPS] = repr(entry.get("slips"))
        rest[PLACE] = repr({key: value for key, value in entry.items() if key not in ("title", "hints", "slips")})
        found[name] = ExerciseVersion(
            {check: source.digest for check, source in checks[name].items()},
            {what: _hash(text) for what, text in rest.items()},
            {check: points[f"{name}::{check}"] for check in checks[name]},
            tuple(entry["builds_on"]),
        )
    return found


def _checks(lesson_id: str, exercises: Iterable[str]) -> dict[str, dict[str, CheckSource]]:
    """The checks of each exercise, by the names that results have."""
    folder = COURSE.checks_folder(lesson_id)
    classes = {class_key(owner): own for owner, own in LessonSources(folder, f"grader.checks.{folder.name}").checks()}
    return {
        name: {test.removeprefix("test_"): source for test, source in classes.get(class_key(name), {}).items()}
        for name in exercises
    }


def _entries(table: Path) -> dict[str, object]:
    return tomllib.loads(table.read_text("utf-8")) if table.exists() else {}


def _told(entries: Mapping[str, object], texts: Mapping[str, str]) -> dict[str, str]:
    """By exercise the entries of a table whose names its checks quote. What no exercise quotes may be any one's."""
    quoting = {key: {name for name, text in texts.items() if repr(key) in text} or set(texts) for key in entries}
    return {name: repr([one for one in entries.items() if name in quoting[one[0]]]) for name in texts}


def _surroundings() -> str:
    packages = [f"{name} {version(name)}" for name in _PACKAGES]
    return "; ".join([f"Python {'.'.join(platform.python_version_tuple()[:2])}", *packages])


def _cells(lesson_id: str) -> list[tuple[str, script.Cell]]:
    cells = script.read(COURSE.script(lesson_id))
    return list(zip(script.cell_ids(cells), cells, strict=True))


def _common_part(cell: script.Cell) -> str:
    """What of a cell concerns all exercises: not the answer to one, nor how prose is worded."""
    return cell.source if cell.is_code and cell.kind != "exercise" else ""


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _hash_of(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(files):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


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


@cache
def _imported(path: Path) -> tuple[Path, ...]:
    """The course's own modules that a module imports, wherever in it."""
    return tuple(_named_in(ast.parse(path.read_text("utf-8"))))


def _named_in(module: ast.Module) -> Iterator[Path]:
    for node in ast.walk(module):
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
