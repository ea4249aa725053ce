"""Nothing forged, nothing leaked, nothing lost: hostile submissions, graded in one class with innocent ones."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.attacks import files, innocents
from tests.attacks.attack import BREACH, HERE, Attack, read_all
from tests.attacks.conftest import SEED, Graded, tried
from tests.attacks.surroundings import SECRET
from tests.choice import first_of_each, parameters
from tests.nbgrader_course import NbgraderCourse, nbgrader
from tests.notebooks import LESSON

ATTACKS = read_all()
ON_NBGRADER = [one for one in ATTACKS if one.lesson == LESSON and one.name[:2] in ("01", "11") and not one.slow]
# Of each class one attack at each door (the short limits of slow ones are one), of files one for each outcome.
CHOSEN = first_of_each(ATTACKS, lambda attack: (attack.name[:2], attack.slow))
CHOSEN_ON_NBGRADER = first_of_each(ON_NBGRADER, lambda attack: attack.name[:2])
CHOSEN_FILES = first_of_each(files.ATTACKS, lambda attack: (attack.score, attack.says))


@pytest.mark.parametrize("attack", parameters(ATTACKS, CHOSEN, lambda attack: attack.name))
def test_an_attack_earns_what_the_same_answers_earn_honestly(graded: Graded, attack: Attack) -> None:
    result, honest = graded.attacked[attack.name], graded.honest[attack.name]
    assert BREACH not in json.dumps(result), json.dumps(result)[:2000]
    assert _scores(result) == _scores(honest), result["error"] or result["notes"]


@pytest.fixture(scope="session")
def by_nbgrader(
    graded: Graded, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, float]]:
    """Scores that `nbgrader autograde` gives, with this course's configuration."""
    course = NbgraderCourse(tmp_path_factory.mktemp("nbgrader"))
    for attack in tried(request, ON_NBGRADER):
        course.submit(attack.name, attack.notebook(graded.around.places))
    for name in innocents.QUICK:
        course.submit(name, innocents.notebooks()[name])
    nbgrader(course.folder, "autograde", LESSON)
    return course.scores()


@pytest.mark.parametrize("attack", parameters(ON_NBGRADER, CHOSEN_ON_NBGRADER, lambda attack: attack.name))
def test_an_attack_earns_no_more_from_nbgrader(
    graded: Graded, by_nbgrader: dict[str, dict[str, float]], attack: Attack
) -> None:
    assert by_nbgrader[attack.name] == _scores(graded.honest[attack.name])


@pytest.mark.parametrize("name", sorted(innocents.QUICK))
def test_innocent_neighbours_get_the_same_from_nbgrader(
    graded: Graded, by_nbgrader: dict[str, dict[str, float]], name: str
) -> None:
    assert by_nbgrader[name] == _scores(graded.alone[name])


@pytest.mark.parametrize("attack", parameters(files.ATTACKS, CHOSEN_FILES, lambda attack: ascii(attack.name)[:40]))
def test_a_file_earns_what_can_be_graded_in_it(graded: Graded, attack: files.FileAttack) -> None:
    result = graded.attacked[attack.student]
    assert result["score"] == attack.score, result["error"]
    assert attack.says in " ".join([result["error"] or "", *result["notes"]])


@pytest.mark.parametrize("name", innocents.notebooks())
def test_innocent_neighbours_get_the_same_result_as_alone(graded: Graded, name: str) -> None:
    assert graded.attacked[name] == graded.alone[name]
    if name in innocents.QUICK:
        assert graded.slowly[name] == graded.alone[name]


def test_innocent_controls_get_what_they_deserve(graded: Graded) -> None:
    scores = {name: result["score"] for name, result in graded.alone.items()}
    assert scores["00-innocent-complete"] == 100
    assert scores["03-innocent-other-ways"] == scores["99-innocent-last"] == 92
    assert scores["04-innocent-blank"] == 0
    assert 0 < scores["06-innocent-unfinished"] < scores["05-innocent-wrong"] < 92


def test_nothing_outside_was_read_or_written(graded: Graded) -> None:
    assert graded.around.changes() == []
    assert graded.around.visits() == []
    assert graded.around.sentinel.poll() is None
    assert [path for path, text in graded.texts.items() if SECRET in text] == []


def test_nothing_is_left_behind(graded: Graded) -> None:
    assert list(graded.around.scratch.iterdir()) == []
    scratch = str(graded.around.scratch).encode()
    running = [process for process in Path("/proc").glob("[0-9]*") if scratch in _content(process / "environ")]
    assert not [process for process in running if b"resource_tracker" not in _content(process / "cmdline")]


def test_texts_stay_short_and_harmless(graded: Graded) -> None:
    for path, text in graded.texts.items():
        assert len(text) < 600_000, path
        assert "<script>alert" not in text or not path.endswith(".html"), path
        assert "\x1b" not in text, path
        assert not path.endswith(".csv") or not [line for line in text.split("\n") if line.startswith(("=", "@", "+"))]


def test_paths_in_an_archive_do_not_climb(graded: Graded, tmp_path: Path) -> None:
    archive, out = tmp_path / "class.zip", tmp_path / "inner" / "out"
    files.write_archive(archive)
    command = [sys.executable, "-m", "grader", "grade", str(archive), "--out", str(out), "--seed", str(SEED)]
    command += ["--jobs", "1"]
    done = subprocess.run(command, env=graded.around.environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with (out / "gradebook.csv").open(newline="", encoding="utf-8-sig") as table:
        scores = {row["student"]: row["score"] for row in csv.DictReader(table)}
    assert scores == {"innocent": f"{files.FULL:g}", "link": "", "bomb": ""}
    assert {path.name for path in tmp_path.iterdir()} == {"class.zip", "inner"}
    assert [path.name for path in (tmp_path / "inner").iterdir()] == ["out"]
    assert not list(out.rglob("up.ipynb"))
    assert not (out / ".unpacked").exists()


def test_the_suite_would_notice(graded: Graded) -> None:
    """A success that tells about itself is seen in the results: the alarm works."""
    assert BREACH in json.dumps(graded.attacked["00-alarm"])


def test_the_chosen_attacks_have_every_class_at_every_door() -> None:
    doors = [(attack.name[:2], attack.slow) for attack in ATTACKS]
    assert sorted((attack.name[:2], attack.slow) for attack in CHOSEN) == sorted(set(doors))
    assert {attack.name[:2] for attack in CHOSEN} == {folder.name[6:8] for folder in HERE.glob("class_*")}
    assert [attack.name[:2] for attack in CHOSEN_ON_NBGRADER] == ["01", "11"]
    assert {attack.says for attack in CHOSEN_FILES} == {attack.says for attack in files.ATTACKS}


@pytest.mark.exhaustive
def test_print_the_figures(graded: Graded, capsys: pytest.CaptureFixture[str]) -> None:
    counts = Counter(attack.name[:2] for attack in ATTACKS) + Counter({"10": len(files.ATTACKS)})
    with capsys.disabled():
        print(f"\n{sum(counts.values())} attacks (by class: {dict(sorted(counts.items()))}) and ", end="")
        print(f"{len(innocents.notebooks())} innocent submissions were graded in {graded.seconds:.0f} s.")
    assert sum(counts.values()) >= 80


def _scores(result: dict) -> dict[str, float]:
    return {exercise["name"]: exercise["score"] for exercise in result["exercises"]}


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
