"""An attack: a file in one of the `class_*` folders, applied to the reference notebook.

The file is a percent script. Its head says what it tries and what honest grading of the same answers gives:

    # tries: one sentence
    # stubs: kl_divergence evaluate        exercises left unwritten: "all", or by default COSTLY ones
    # loses: kl_divergence                 exercises that earn nothing, because they raise or end the process
    # useless: kl_divergence               exercises that earn what a function without any result earns
    # slow                                 graded with short time limits, apart from the others
    # lesson: 03_conditional_vae           lesson 01 by default

and its cells are marked `# %% exercise="…"` (in place of the reference), `# %% after="…"` (added by the student after
that exercise) and `# %% honest="…"`: an answer as good as the attacking one, without its tricks. What that one earns is
what the attack may earn.

Before the first cell stand helpers that an attack may use; `breached` makes a success visible in the results.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.course.catalogue import lesson
from grader.course.cells import exercise_cells
from tests.notebooks import LESSON, submission_json

HERE = Path(__file__).parent
_HEAD = re.compile(r"# (tries|stubs|loses|useless|lesson): (.*(?:\n# (?!\w+:|%%|slow).*)*)")
_CELL = re.compile(r'^# %% (exercise|after|honest)="(\w+)"$', re.MULTILINE)
BREACH = "BREACHED"
# What takes longest to grade. Those that an attack does not mention are stubs, which may not earn anything either.
COSTLY = {"decoder", "vae", "train_epoch", "fit", "trained_vae"}
COSTLY |= {"conditional_decoder", "cvae", "trained_cvae", "trained_beta"}
_NOTHING = "def {name}(*arguments, **options):\n    return None"

PRELUDE = f'''
_breaches = []


def breached(what):
    """Tells that something has worked which must not."""
    _breaches.append(str(what))
    raise RuntimeError(f"{BREACH} {{what}}")


def denied(what, function, *args, **kwargs):
    """Calls a function that must fail."""
    try:
        result = function(*args, **kwargs)
    except (OSError, ValueError):
        return
    breached(f"{{what}}: {{result!r}}")


def syscall(number, *args):
    """A raw system call: its result and error number."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    given = [x if isinstance(x, (bytes, ctypes.Array)) else ctypes.c_long(x) for x in (number, *args)]
    return libc.syscall(*given), ctypes.get_errno()
'''

CONFESSION = f'''
class _Confession:
    def __call__(self, *args, **kwargs):
        raise RuntimeError(f"{BREACH} {{_breaches}}")

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise RuntimeError(f"{BREACH} {{_breaches}}")


if _breaches:
    for _name in _answers:
        globals()[_name] = _Confession()
'''


@dataclass(frozen=True)
class Attack:
    """One attacking notebook and what it may earn."""

    name: str
    tries: str
    lesson: str
    stubs: frozenset[str]
    loses: frozenset[str]
    useless: frozenset[str]
    slow: bool
    answers: dict[str, str]
    added: dict[str, str]
    honest: dict[str, str]

    def notebook(self, places: Mapping[str, str]) -> dict[str, Any]:
        """The submission. `places` are the targets that stand between @ signs in the attack."""
        added = dict(self.added)
        for name, entry in exercise_cells(self.lesson).items():  # each is judged before the next one's cell runs
            added[name] = added.get(name, "") + f"\n_answers = {sorted(entry.defines)!r}\n{CONFESSION}"
        fill = {name: _filled(text, places) for name, text in added.items()}
        answers = {name: _filled(text, places) for name, text in self.answers.items()}
        notebook = submission_json(answers, stubs=self.stubs - set(answers), added=fill, lesson_id=self.lesson)
        first = dict(notebook["cells"][0]) | {"id": "helpers", "cell_type": "code", "source": PRELUDE}
        notebook["cells"].insert(0, first | {"outputs": [], "execution_count": None})
        return notebook

    def counterpart(self) -> dict[str, Any]:
        """The honest submission that says as much."""
        answers = {name: _NOTHING.format(name=name) for name in self.useless} | self.honest
        return submission_json(answers, stubs=(self.stubs | self.loses) - set(answers), lesson_id=self.lesson)


def read(path: Path) -> Attack:
    """An attack from its file."""
    text = path.read_text("utf-8")
    places = list(_CELL.finditer(text))
    head = {key: " ".join(value.replace("\n#", " ").split()) for key, value in _HEAD.findall(text[: places[0].start()])}
    lesson_id = head.get("lesson", LESSON)
    ends = [found.start() for found in places[1:]] + [len(text)]
    cells: dict[str, dict[str, str]] = {"exercise": {}, "after": {}, "honest": {}}
    for found, end in zip(places, ends, strict=True):
        cells[found[1]][found[2]] = text[found.end() : end].strip("\n")
    exercises = lesson(lesson_id).exercises.keys()
    loses, useless = (frozenset(head.get(key, "").split()) for key in ("loses", "useless"))
    mentioned = loses.union(useless, *cells.values())
    stubs = head["stubs"].split() if "stubs" in head else (exercises & COSTLY) - mentioned
    attack = Attack(
        name=f"{path.parent.name.removeprefix('class_')}-{path.stem}",
        tries=head["tries"],
        lesson=lesson_id,
        stubs=frozenset(exercises if stubs == ["all"] else stubs),
        loses=loses,
        useless=useless,
        slow="\n# slow\n" in f"\n{text}",
        answers=cells["exercise"],
        added=cells["after"],
        honest=cells["honest"],
    )
    unknown = (mentioned | attack.stubs) - exercises
    if unknown:
        raise ValueError(f"{path}: {lesson_id} has no exercise {sorted(unknown)}")
    return attack


def read_all() -> list[Attack]:
    return [read(path) for path in sorted(HERE.glob("class_*/*.py"))]


def _filled(text: str, places: Mapping[str, str]) -> str:
    return re.sub(r"@([A-Z]+)@", lambda found: places.get(found[1], found[0]), text)
