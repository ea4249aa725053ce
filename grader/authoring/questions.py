"""What is missing or unfit in a lesson's questions: a sentence for each flaw."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping

from grader.authoring.answers import misconceptions_shown
from grader.authoring.prose import flaws
from grader.course.folders import Folders
from grader.course.questions import Question, read_questions
from grader.render.question import question_markdown

WRONG = 3
_CODE_OR_FORMULA = re.compile(r"`[^`]*`|\$([^$\n]+)\$")


def load(folders: Folders, lesson: str) -> dict[str, Question]:
    """The questions of a lesson that is built; QuestionError when its table cannot be read."""
    tables = [tomllib.loads(file.read_text("utf-8")) for file in folders.misconceptions(lesson) if file.is_file()]
    whys = {name: entry.get("why", "") for table in tables for name, entry in table.items()}
    return read_questions(folders.questions(lesson), whys)


def problems(questions: Mapping[str, Question], folders: Folders, lesson: str, exercises: list[str]) -> list[str]:
    """What is wrong with the questions of a lesson that has these exercises."""
    found = [f"no entry [{name}]" for name in exercises if name not in questions]
    found += [f"[{name}] is not an exercise of the script" for name in questions if name not in exercises]
    if not found and list(questions) != exercises:
        found.append(f"the entries are not in the script's order: {', '.join(exercises)}")
    table = tomllib.loads(folders.exercises(lesson).read_text("utf-8"))["exercises"]
    builds_on = {name: entry["builds_on"] for name, entry in table.items()}
    shown = {name: misconceptions_shown(folders.answers / lesson / name) for name in exercises}
    for name in filter(questions.__contains__, exercises):
        known = _ideas_of(name, shown, builds_on)
        found += [f"[{name}] {flaw}" for flaw in _flaws(questions[name], known)]
    found += _betrayed(list(questions.values()))
    return [f"{folders.questions(lesson)}: {flaw}" for flaw in found]


def _ideas_of(exercise: str, shown: Mapping[str, set[str]], builds_on: Mapping[str, list[str]]) -> set[str]:
    """The misconceptions that wrong answers to an exercise show; if they are few, those of what it builds on, too."""
    ideas, pending = set(shown[exercise]), list(builds_on[exercise])
    while pending and len(shown[exercise]) < WRONG:
        name = pending.pop()
        ideas |= shown[name]
        pending += builds_on[name]
    return ideas


def _flaws(question: Question, known: set[str]) -> Iterator[str]:
    if len(question.wrong) != WRONG:
        yield f"has {len(question.wrong)} wrong answers, not {WRONG}"
    for choice in question.wrong:
        if choice.misconception not in known:
            yield f"no wrong answer to the exercise shows {choice.misconception}"
        if not choice.why:
            yield f"says nothing about why {choice.misconception} is wrong"
    texts = [" ".join(choice.text.split()).lower() for choice in question.choices]
    if len(set(texts)) < len(texts):
        yield "has two answers that say the same"
    text = question_markdown(question)
    yield from flaws(text)
    yield from _unreadable(text)


def _unreadable(text: str) -> Iterator[str]:
    """Formulas that are no formulas. matplotlib reads less of TeX than notebooks and pages do, \\tfrac for instance."""
    from matplotlib.mathtext import MathTextParser

    parser = MathTextParser("path")
    for formula in _CODE_OR_FORMULA.findall(text):
        try:
            if formula:
                parser.parse(f"${formula}$".replace(r"\tfrac", r"\frac"))
        except ValueError as error:
            yield f"the formula ${formula}$ cannot be read: {str(error).splitlines()[-1]}"
    if "$" in _CODE_OR_FORMULA.sub("", text):
        yield "a $ opens a formula that does not end in its line"


def _betrayed(questions: list[Question]) -> Iterator[str]:
    """Whoever always takes the longest answer must not be right more often than not."""
    longest = [
        question.exercise
        for question in questions
        if all(len(question.right.text) > len(choice.text) for choice in question.wrong)
    ]
    if 2 * len(longest) > len(questions):
        yield f"in more than half of the questions the longest answer is the right one: {', '.join(longest)}"
