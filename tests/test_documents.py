"""The documents say what the repository holds: counts, links, paths and commands.

A figure that only a long run prints is compared with what can be counted of it.
"""

from __future__ import annotations

import ast
import re
import shlex
import textwrap
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

import course
from grader.authoring.answers import read_answers
from grader.authoring.example import write_class
from grader.authoring.points import exercise_checks, exercise_points
from grader.classroom.journal import SEED_BITS
from grader.course import script
from grader.course.catalogue import lesson, lesson_ids
from grader.course.folders import COURSE, PACKAGE, ROOT
from grader.doors.cli import app
from tests.attacks import files, innocents
from tests.attacks.attack import read_all

DOCUMENTS = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "benchmarks/README.md")
TEXTS = {name: (ROOT / name).read_text("utf-8") for name in DOCUMENTS}
README, CONTRIBUTING, SECURITY, BENCHMARKS = TEXTS.values()
PLACEHOLDER = re.compile(r"NN_name|/name/|EXERCISE|DIR|OUT|NOTEBOOK|^/")
WRITTEN_BY_GRADING = {"gradebook.csv", "totals.csv", "weights.csv", "decisions.csv", "report.html"}


def numbers(pattern: str, text: str) -> list[int]:
    """The numbers of the one sentence in `text` that this pattern fits."""
    sentences = re.findall(pattern, " ".join(text.split()))
    assert len(sentences) == 1, f"{pattern!r} fits {len(sentences)} sentences: a figure stands in one place"
    groups = sentences[0] if isinstance(sentences[0], tuple) else (sentences[0],)
    return [int(group.replace(",", "")) for group in groups]


# Counts


def test_readme_lists_every_lesson_with_its_exercises() -> None:
    rows = re.findall(r"^\| \[\d+ · [^\]]+\]\(solutions/(\w+)\.ipynb\) \|.*\| (\d+) \|$", README, re.MULTILINE)
    assert {name: int(count) for name, count in rows} == {name: len(lesson(name).exercises) for name in lesson_ids()}


def test_readme_counts_the_answers() -> None:
    answers = read_answers(COURSE.answers)
    kinds = Counter(answer.kind for answer in answers)
    everything = "".join(TEXTS.values())
    assert numbers(r"(\d+) of (\d+) right answers passed", everything) == [kinds["right"]] * 2
    assert numbers(r"(\d+) of (\d+) wrong answers failed", everything) == [kinds["wrong"]] * 2
    labelled, named, wrongly, unnamed = numbers(
        r"(\d+) labelled misconceptions: (\d+) named correctly, (\d+) wrongly, (\d+) not at all", everything
    )
    assert labelled == sum(answer.expected is not None for answer in answers)
    assert named + wrongly + unnamed == labelled


def test_readmes_figures_of_unknown_answers_add_up() -> None:
    pattern = (
        r"accepted (\d+) of (\d+) right answers and caught (\d+) of (\d+) wrong ones; of the (\d+) misconceptions that"
        r" they named, (\d+) were the true ones .* Of the (\d+), (\d+) deserved a name, and (\d+) got a true one"
    )
    accepted, right, caught, wrong, named, true, judged, deserving, told = numbers(pattern, README)
    assert accepted <= right
    assert caught <= wrong == judged
    assert true <= named
    assert told <= deserving <= judged


def test_readme_shows_the_example_class(tmp_path: Path) -> None:
    rows = re.findall(r"^     (\S+) +(\d\d_\w+|unknown) +(none|[\d.]+)", README, re.MULTILINE)
    there = [(path.parent.name, path.stem) for path in write_class(tmp_path)]
    unknown = {student for student, lesson_id, _ in rows if lesson_id == "unknown"}
    expected = [(student, "unknown" if student in unknown else lesson_id) for student, lesson_id in there]
    assert sorted((student, lesson_id) for student, lesson_id, _ in rows) == sorted(expected)
    scores = [float(score) for _, lesson_id, score in rows if lesson_id == "01_plain_vae"]
    submissions, whole, tenths, full = numbers(
        r"01_plain_vae: (\d+) submissions, mean (\d+)\.(\d) %, (\d+) with full marks", README
    )
    assert submissions == len(scores)
    assert round(sum(scores) / len(scores), 1) == whole + tenths / 10
    assert full == scores.count(100)


def test_readme_shows_the_points_of_the_kl_divergence() -> None:
    checks = exercise_checks(COURSE.checks_file("01_plain_vae"), list(lesson("01_plain_vae").exercises))
    points = exercise_points(checks)
    assert numbers(r"The KL divergence: partly right, \d+ of (\d+) points", README) == [points["kl_divergence"]]


def test_security_counts_the_attacks() -> None:
    by_class = Counter(attack.name[:2] for attack in read_all()) + Counter({"10": len(files.ATTACKS)})
    attacks, innocent = numbers(r"(\d+) attacks \(by class: .*?\) and (\d+) innocent submissions", SECURITY)
    assert (attacks, innocent) == (sum(by_class.values()), len(innocents.notebooks()))
    (printed,) = re.findall(r"by class: (\{.*?\})", SECURITY)
    assert ast.literal_eval(printed) == dict(sorted(by_class.items()))
    (classes,) = re.findall(r"sorted into (\w+) classes", " ".join(SECURITY.split()))
    assert classes == {10: "ten", 11: "eleven", 12: "twelve", 13: "thirteen"}[len(by_class)]


def test_security_names_the_size_of_the_seed() -> None:
    assert numbers(r"(\d+) secret bits", SECURITY) == [SEED_BITS]


def test_outcomes_of_fuzzing_add_up() -> None:
    printed = re.findall(r"^    ([\d,]+) trials, seeds \d+ to \d+: (.*)$", SECURITY, re.MULTILINE)
    assert len(printed) == 2
    for trials, outcomes in printed:
        counts = [int(count.replace(",", "")) for count in re.findall(r"(?:^|, )([\d,]+) ", outcomes)]
        assert sum(counts) == int(trials.replace(",", "")), outcomes


def test_latency_has_no_row_for_what_is_no_exercise() -> None:
    """A new exercise gets its row when a maintainer prints the table anew, before a release."""
    rows = Counter(" ".join(row) for row in re.findall(r"^    (\d\d) (\w+)  +[\d.]+ ", BENCHMARKS, re.MULTILINE))
    exercises = Counter(f"{name[:2]} {exercise}" for name in lesson_ids() for exercise in lesson(name).exercises)
    extra = rows - exercises
    assert not extra, f"benchmarks/README.md has a row too many for {', '.join(extra)}"


def test_benchmarks_lists_every_program() -> None:
    programs = {path.name for path in (ROOT / "benchmarks").glob("[!_]*.py")}
    named = {name for path in re.findall(r"`([\w*]+\.py)`", BENCHMARKS) for name in _programs(path)}
    assert {name for name in named if not name.startswith("_")} - {"nbgrader_config.py"} == programs
    rows = re.findall(r"^\| `(\w+)\.py`", BENCHMARKS, re.MULTILINE)
    assert tuple(rows) == course.BENCHMARKS


def _programs(pattern: str) -> set[str]:
    return {path.name for path in (ROOT / "benchmarks").glob(pattern)} or {pattern}


# Contributing's map of the package


def test_the_map_of_the_package_is_complete_and_points_down() -> None:
    lines = re.findall(r"^    ((?:\w+/|(?:\w+\.py ?)+)) +\w", CONTRIBUTING, re.MULTILINE)
    levels = [{name.strip("/").removesuffix(".py") for name in line.split()} for line in lines]
    level_of = {name: number for number, names in enumerate(levels) for name in names}
    rooms = {path.stem for path in PACKAGE.iterdir() if path.name[0] not in "_." and path.suffix in ("", ".py")}
    assert set(level_of) == rooms
    upward = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in PACKAGE.rglob("*.py")
        for name in _imported_rooms(path)
        if level_of.get(name, 99) < level_of.get(_room(path), -1)
    ]
    assert upward == []


def _room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imported_rooms(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("grader."):
            yield str(node.module).split(".")[1]
        elif isinstance(node, ast.ImportFrom) and node.module == "grader":
            yield from (alias.name for alias in node.names)


def test_contributings_scripts_are_well_formed(tmp_path: Path) -> None:
    blocks = re.findall(r"^       # %% \[markdown\]\n(?:       .*\n|\n)+", CONTRIBUTING, re.MULTILINE)
    assert len(blocks) == 2
    for number, block in enumerate(blocks):
        path = tmp_path / f"{number}.py"
        path.write_text(textwrap.dedent(block), "utf-8")
        assert [cell.kind for cell in script.read(path)].count("exercise") == 1


# Links, paths and commands


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", TEXTS[document])
    assert [link for link in links if not (ROOT / document).parent.joinpath(link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_paths_exist(document: str) -> None:
    spans = re.findall(r"`([^`\s]+)`", TEXTS[document])
    paths = {span for span in spans if "/" in span or re.search(r"\.(py|toml|md|yml|csv)$", span)}
    places = [
        ROOT,
        (ROOT / document).parent,
        ROOT / "tests" / "attacks",
        COURSE.checks / "kit",
        PACKAGE / "checks" / "*",
    ]
    missing = [
        path
        for path in sorted(paths - WRITTEN_BY_GRADING)
        if not PLACEHOLDER.search(path)
        and not path.startswith((".venv", "work/"))
        and not any(_exists(place, path) for place in places)
    ]
    assert missing == []


def _exists(place: Path, path: str) -> bool:
    return next(ROOT.glob(f"{place.relative_to(ROOT) / path}"), None) is not None


def commands(text: str) -> Iterator[list[str]]:
    """The commands in backticks, and those that stand on a line of their own: their words, without comments."""
    inline = re.findall(r"`((?:python|grader) [^`]+)`", text)
    blocks = re.findall(r"^ {4,}((?:python|grader) .*)$", text, re.MULTILINE)
    for line in [*inline, *blocks]:
        if not re.search(r"\d\.\d", line):  # a row of a printed table
            yield shlex.split(line, comments=True)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_exist(document: str) -> None:
    unknown = [" ".join(words) for words in commands(TEXTS[document]) if not _is_known(*words)]
    assert unknown == []


def _is_known(program: str, first: str, *rest: str) -> bool:
    options = [word.partition("=")[0] for word in rest if word.startswith("--")]
    if program == "grader":
        return _is_verb(first, options)
    if first == "course.py":
        return course.commands_of(rest[0], []) is not None
    if first == "-m":
        return rest[0] == "pytest" and all((ROOT / word).exists() for word in rest[1:] if not word.startswith("-"))
    script = ROOT / first
    return script.is_file() and all(f'"{option}"' in script.read_text("utf-8") for option in options)


def _is_verb(verb: str, options: list[str]) -> bool:
    verbs: dict[str, Any] = get_command(app).commands
    if verb == "--help":
        return True
    known = {option for parameter in verbs[verb].params for option in parameter.opts} if verb in verbs else set()
    return verb in verbs and known.issuperset(options)


def test_every_picture_of_the_documents_is_drawn_where_the_table_says() -> None:
    rows = re.findall(r"^\| [A-E, ]+ \| [^|]+ \| (.+) \|$", BENCHMARKS, re.MULTILINE)
    assert len(rows) == 14
    for place in rows:
        (name,) = [name for name in lesson_ids() if name.startswith(place[:2])]
        drawn = " ".join(COURSE.script(name).read_text("utf-8").split())
        assert all(title in drawn for title in re.findall(r'"([^"]+)"', place)), place
