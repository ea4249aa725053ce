"""What decides a verdict decides the version: for the lessons concerned, and for no other."""

import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from grader.course import version
from grader.course.catalogue import lesson, lesson_ids
from grader.course.folders import COURSE, ROOT, Folders
from grader.grading.grader import unchecked
from grader.grading.opening import Opening
from grader.worker.limits import Limits

PLAIN, ONE_HOT, CONDITIONAL, BETA = "01_plain_vae", "02_one_hot", "03_conditional_vae", "04_beta"
ALL = frozenset({PLAIN, ONE_HOT, CONDITIONAL, BETA})  # the lessons that are looked at here; there may be others
JUDGED = frozenset({PLAIN, CONDITIONAL, BETA})

DECIDES = {
    "grader/grading/grader.py": ALL,
    "grader/grading/examination.py": ALL,
    "grader/grading/plugin.py": ALL,
    "grader/grading/sitting.py": ALL,
    "grader/submission/kept.py": ALL,
    "grader/submission/reading.py": ALL,
    "grader/submission/plan.py": ALL,
    "grader/submission/probe_source.py": ALL,
    "grader/submission/student.py": ALL,
    "grader/submission/workroom.py": ALL,
    "grader/worker/servant.py": ALL,
    "grader/worker/sandbox.py": ALL,
    "grader/worker/syscalls.py": ALL,
    "grader/worker/wire.py": ALL,
    "grader/course/script.py": ALL,
    "grader/course/catalogue.py": ALL,
    "grader/seeds.py": ALL,
    "grader/untrusted.py": ALL,
    "vaelab/data.py": ALL,
    "vaelab/plots.py": ALL,
    "vaelab/conditional_plots.py": {CONDITIONAL},
    "vaelab/metrics/__init__.py": JUDGED,
    "vaelab/metrics/digits.safetensors": JUDGED,
    "grader/checks/kit/vocabulary.py": ALL,
    "grader/checks/kit/misconceptions.toml": ALL,
    "grader/checks/kit/sampling.py": {PLAIN, CONDITIONAL},
    "grader/checks/kit/stand_ins.py": ALL,
    "grader/checks/kit/thresholds.py": ALL - {ONE_HOT},
    "grader/checks/plain_vae/oracles.py": {PLAIN},
    "grader/checks/plain_vae/probes.py": {PLAIN},
    "grader/checks/plain_vae/thresholds.toml": {PLAIN},
    "grader/checks/one_hot/exercises.toml": {ONE_HOT},
    "grader/checks/conditional_vae/misconceptions.toml": {CONDITIONAL},
    "grader/checks/beta/oracles.py": {BETA},
    f"solutions/{BETA}.py": {BETA},
}
DOES_NOT = (
    "grader/doors/cli.py",
    "grader/render/view.py",
    "grader/classroom/run.py",
    "grader/authoring/build.py",
    "grader/checks/plain_vae/questions.toml",
    f"solutions/{PLAIN}.ipynb",
)
Change = Callable[[str, bytes], set[str]]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course, to be changed."""
    root = tmp_path_factory.mktemp("copy")
    without = shutil.ignore_patterns("__pycache__", "answers")
    for folder in ("grader", "vaelab", "solutions"):
        shutil.copytree(ROOT / folder, root / folder, ignore=without)
    return root


@cache
def imported(path: Path, content: bytes) -> list[Path]:
    """What version._imported says of a file with this content, read once for all tests."""
    return list(_imported(path))


_imported = version._imported.__wrapped__


@cache
def checks_in(lesson_id: str, exercises: tuple[str, ...], _contents: tuple[bytes, ...]) -> Any:
    """What version._checks says of a lesson whose folder has these contents, read once for all tests."""
    return _checks(lesson_id, exercises)


_checks = version._checks


def read_once(lesson_id: str, exercises: Iterable[str]) -> Any:
    files = sorted(version.COURSE.checks_folder(lesson_id).glob("*.py"))
    return checks_in(lesson_id, tuple(exercises), tuple(file.read_bytes() for file in files))


@pytest.fixture
def versions(copy: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], dict[str, str]]:
    monkeypatch.setattr(version, "_imported", lambda path: imported(path, path.read_bytes()))
    monkeypatch.setattr(version, "_checks", read_once)
    monkeypatch.setattr(version, "ROOT", copy)
    monkeypatch.setattr(version, "COURSE", Folders(copy / "solutions", copy / "grader" / "checks", copy / "lessons"))
    return lambda: {name: version.lesson_version.__wrapped__(name).digest for name in ALL}


@pytest.fixture(scope="module")
def unchanged() -> dict[str, str]:
    """The versions of the copy as it is; filled by the first test that changes it."""
    return {}


@pytest.fixture
def change(copy: Path, unchanged: dict[str, str], versions: Callable[[], dict[str, str]]) -> Change:
    """Adds to a file, and gives the lessons whose version changes; the file is as before afterwards."""

    def change(name: str, more: bytes) -> set[str]:
        if not unchanged:
            unchanged.update(versions())
        file = copy / name
        content = file.read_bytes() if file.exists() else None
        file.write_bytes((content or b"") + more)
        after = versions()
        file.unlink() if content is None else file.write_bytes(content)
        return {known for known in ALL if after[known] != unchanged[known]}

    return change


@pytest.mark.parametrize("name", DECIDES)
def test_a_change_concerns_the_lessons_that_it_decides_about(change: Change, name: str) -> None:
    more = b"x = 1\n" if name.endswith(".toml") else b"print()\n"  # what only defines a name decides nothing
    assert change(name, b"\n# %%\n" + more) == DECIDES[name]


@pytest.mark.parametrize("name", DOES_NOT)
def test_what_decides_nothing_changes_nothing(change: Change, name: str) -> None:
    assert (ROOT / name).is_file()
    assert change(name, b"\n# another line\n") == set()


def test_new_data_beside_a_module_counts(change: Change) -> None:
    assert change("vaelab/metrics/new.safetensors", b"x") == JUDGED
    assert change("grader/checks/beta/new.toml", b"x = 1") == {BETA}


def test_how_prose_is_worded_changes_nothing(copy: Path, versions: Callable[[], dict[str, str]]) -> None:
    script, before = version.COURSE.script(ONE_HOT), versions()
    text = script.read_text("utf-8")
    assert "# %% [markdown]\n" in text
    script.write_text(text.replace("# %% [markdown]\n", "# %% [markdown]\n# In other words.\n"), "utf-8")
    assert versions() == before
    script.write_text(text, "utf-8")


WITHIN = [  # a file of lesson 1, what is replaced there by what, and which exercises that decides
    ("grader/checks/plain_vae/checks.py", "agrees with torch.distributions.kl_divergence", "is", {"kl_divergence"}),
    ("grader/checks/plain_vae/thresholds.toml", "limit = 320.9716", "limit = 300.0", {"trained_vae"}),
    ("grader/checks/plain_vae/exercises.toml", "[exercises.vae]\n", "[exercises.vae]\ntrains = true\n", {"vae"}),
    ("grader/checks/plain_vae/exercises.toml", 'title = "The encoder"', 'title = "An encoder"', set()),
    (f"solutions/{PLAIN}.py", "def kl_divergence(mu, log_var):\n", "def kl_divergence(mu, log_var, *more):\n",
     {"kl_divergence"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "exercises"), WITHIN, ids=[f"{one[0]}: {one[2]}" for one in WITHIN])
def test_a_change_within_a_lesson_concerns_some_of_its_exercises(
    copy: Path, versions: object, name: str, old: str, new: str, exercises: set[str]
) -> None:
    lesson_version = version.lesson_version.__wrapped__
    file, before = copy / name, lesson_version(PLAIN)
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), "utf-8")
    after = lesson_version(PLAIN)
    file.write_text(text, "utf-8")
    assert after.common == before.common
    assert {name for name, one in after.exercises.items() if one != before.exercises[name]} == exercises


@pytest.mark.parametrize("lesson_id", lesson_ids())
def test_points_are_those_that_checks_are_graded_with(lesson_id: str) -> None:
    """Here they are read from text; when grading, pytest collects them."""
    graded = {
        one.name: {check.name: check.max_score for check in one.checks} for one in unchecked(lesson(lesson_id), "")
    }
    assert {name: one.points for name, one in version.lesson_version(lesson_id).exercises.items()} == graded


def test_what_a_lesson_s_own_table_names_is_named_nowhere_else() -> None:
    """A threshold or an idea concerns the exercises that quote it; what the kit quotes would concern all."""
    own = {key for one in lesson_ids() for key in version._entries(COURSE.misconceptions(one)[1])}
    folders = (COURSE.kit, ROOT / "grader" / "grading", ROOT / "grader" / "submission")
    texts = {path.name: path.read_text("utf-8") for folder in folders for path in folder.glob("*.py")}
    named = {f"{name}: {key}" for name, text in texts.items() for key in own if f'"{key}"' in text}
    assert named == set()


def test_a_version_is_what_it_was_when_it_is_read_again() -> None:
    found = version.lesson_version(ONE_HOT)
    again = version.Version.from_json(found.to_json())
    assert (again, again.digest) == (found, found.digest)


def test_another_package_is_another_version(
    versions: Callable[[], dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = versions()
    monkeypatch.setattr(version, "version", lambda package: "9.9")
    assert not set(before.values()) & set(versions().values())


@pytest.mark.slow
def test_everything_that_is_loaded_while_grading_is_in_the_version(tmp_path: Path) -> None:
    """Seen in a process that grades: whatever it has loaded of the course by then decides, or is named here."""
    loaded = subprocess.run(
        [sys.executable, "-c", _LOADED, str(tmp_path / "a.ipynb"), PLAIN], cwd=ROOT, capture_output=True, text=True
    )
    assert loaded.returncode == 0, loaded.stderr
    counted = version._files(
        [*(ROOT / name for name in version._ENGINE), COURSE.checks_file(PLAIN), COURSE.script(PLAIN)]
    )
    not_counted = {Path(name) for name in json.loads(loaded.stdout)} - counted
    decides = {
        path.relative_to(ROOT).as_posix() for path in not_counted if len(ast.parse(path.read_text("utf-8")).body) > 1
    }
    assert decides <= {"grader/__init__.py"}  # which names what is elsewhere


_LOADED = """
import json, sys
from pathlib import Path
from tests.notebooks import write_submission
from grader.grading.grader import Grader
stubs = ["trained_vae"]
before = set(sys.modules)
with Grader() as grader:
    assert grader.grade(write_submission(Path(sys.argv[1]), stubs=stubs), lesson=sys.argv[2]).score > 0
loaded = [module for name, module in sys.modules.items() if name.split(".")[0] in ("grader", "vaelab")]
print(json.dumps([module.__file__ for module in loaded if getattr(module, "__file__", None)]))
"""


def test_a_result_stands_for_its_lesson_and_its_limits() -> None:
    opening, other = Opening(), Opening(limits=Limits(cell_seconds=5))
    assert opening.version_of(PLAIN, PLAIN) == Opening().version_of(PLAIN, PLAIN)
    assert opening.version_of(PLAIN, PLAIN) != other.version_of(PLAIN, PLAIN)
    assert opening.version_of(PLAIN, PLAIN) != opening.version_of(BETA, BETA)


def test_which_lesson_it_was_is_decided_by_the_exercises_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook that had to tell its lesson may belong to a new one."""
    asked, told = Opening().version_of(PLAIN, PLAIN), Opening().version_of("", PLAIN)
    monkeypatch.setattr(version, "lesson_ids", lambda: (PLAIN,))
    monkeypatch.setattr(version, "recognition_version", version.recognition_version.__wrapped__)
    assert Opening().version_of(PLAIN, PLAIN) == asked
    assert Opening().version_of("", PLAIN) != told
