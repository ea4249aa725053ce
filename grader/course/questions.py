"""The question about why that ends each exercise: four answers, three of them from misconceptions of the catalogue.

A lesson's questions are in its `questions.toml`. They decide no verdict.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from grader.course.catalogue import lesson
from grader.course.folders import COURSE

LETTERS = "ABCD"


@dataclass(frozen=True)
class Choice:
    """One of the answers to choose from, in Markdown, and why it is right or wrong.

    misconception: the id of the wrong idea that it comes from; empty for the right answer.
    """

    text: str
    why: str
    misconception: str = ""

    @property
    def is_right(self) -> bool:
        return not self.misconception


@dataclass(frozen=True)
class Question:
    """What an exercise asks when its code is done. `choices` are in the order in which they are shown."""

    exercise: str
    text: str
    choices: tuple[Choice, ...]

    @property
    def right(self) -> Choice:
        return next(choice for choice in self.choices if choice.is_right)

    @property
    def wrong(self) -> tuple[Choice, ...]:
        return tuple(choice for choice in self.choices if not choice.is_right)

    @property
    def lettered(self) -> tuple[tuple[str, Choice], ...]:
        return tuple(zip(LETTERS, self.choices, strict=False))


class QuestionError(ValueError):
    """A table of questions cannot be read; the message names the file and says what is wrong."""


@cache
def questions_of(lesson_id: str) -> dict[str, Question]:
    """The questions of a lesson of this course, by exercise."""
    ideas = lesson(lesson_id).misconceptions
    return read_questions(COURSE.questions(lesson_id), {name: idea.why for name, idea in ideas.items()})


def read_questions(table: Path, whys: Mapping[str, str]) -> dict[str, Question]:
    """The questions in a table (a TOML file), by exercise; QuestionError when it is missing, damaged or incomplete.

    whys: what is wrong with each misconception, for wrong answers without an explanation of their own.
    """
    try:
        entries = tomllib.loads(table.read_text("utf-8"))
    except FileNotFoundError:
        raise QuestionError(f"{table}: the lesson has no table of questions yet") from None
    except tomllib.TOMLDecodeError as error:
        raise QuestionError(f"{table}: {error}") from None
    questions = {}
    for exercise, entry in entries.items():
        try:
            questions[exercise] = _question(exercise, entry, whys)
        except (KeyError, TypeError, AttributeError) as error:
            raise QuestionError(f"{table}: [{exercise}] is not complete: {error}") from None
    return questions


def _question(exercise: str, entry: dict[str, Any], whys: Mapping[str, str]) -> Question:
    choices = [Choice(entry["right"], entry["because"])]
    for idea, wrong in entry["wrong"].items():
        choices.append(Choice(wrong["says"], wrong.get("because") or whys.get(idea, ""), idea))
    return Question(exercise, entry["asks"], tuple(sorted(choices, key=lambda choice: _place(exercise, choice))))


def _place(exercise: str, choice: Choice) -> str:
    """Where an answer stands among the four: anywhere, but always there, however it is worded."""
    return hashlib.sha256(f"{exercise} {choice.misconception}".encode()).hexdigest()
