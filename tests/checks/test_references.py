"""The formulas of all lessons: they are right, their changes can be told in words, and inputs tell them apart."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from grader.checks.kit.formulas import Values
from grader.checks.kit.hypotheses import ROWS, Reference, fits
from grader.checks.kit.wording import written
from grader.course.catalogue import lesson, lesson_ids
from grader.course.folders import COURSE
from grader.seeds import Draw


def _references() -> Iterator[Any]:
    for lesson_id in lesson_ids():
        module = COURSE.checks_folder(lesson_id)
        if (module / "references.py").is_file():
            found = vars(importlib.import_module(f"grader.checks.{module.name}.references"))
            for name, one in found.items():
                if isinstance(one, Reference):
                    yield pytest.param(lesson_id, one, id=f"{module.name}-{name}")


EVERY = pytest.mark.parametrize(("lesson_id", "reference"), list(_references()))


class Submission:
    """The functions of a script, each call under the same seed."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def run(self, probe: object, name: str, *calls: list[Any]) -> list[Any]:
        given = []
        for call in calls:
            torch.manual_seed(7)
            given.append(self._function(*call))
        return given


@cache
def _definitions(path: Path) -> dict[str, Any]:
    """The functions of a lesson's script, which are the course's answers."""
    names: dict[str, Any] = {}
    for part in ast.parse(path.read_text("utf-8")).body:
        if isinstance(part, ast.Import | ast.ImportFrom | ast.FunctionDef):
            exec(compile(ast.Module([part], []), str(path), "exec"), names)
    return names


def _known(reference: Reference, seed: int, noise: Tensor | None = None) -> list[Values]:
    """The inputs that a reference draws, as a formula takes them."""
    draw = Draw(seed, reference.function)
    given = []
    for _ in range(reference.cases):
        call = reference.inputs(draw, ROWS)
        arguments = reference.given(*call) if reference.given else call
        if reference.noise:
            arguments = (*arguments, draw(*call[0].shape))
        given.append(Values(dict(zip(reference.axes, arguments, strict=True))))
    return given


@EVERY
def test_the_courses_answer_gets_no_name(lesson_id: str, reference: Reference) -> None:
    answer = _definitions(COURSE.script(lesson_id))[reference.function]
    for seed in range(3):
        for of_one_row in (False, True):
            assert reference.explain(Submission(answer), Draw(seed, "right"), of_one_row) is None


@EVERY
def test_the_formula_is_right_in_every_form(lesson_id: str, reference: Reference) -> None:
    answer = _definitions(COURSE.script(lesson_id))[reference.function]
    draw = Draw(1, "right")
    calls = [reference.inputs(draw, ROWS) for _ in range(reference.cases)]
    seen = reference._seen(Submission(answer), calls)
    assert seen is not None
    for came, arguments in zip(*seen, strict=True):
        values = Values(dict(zip(reference.axes, arguments, strict=True)))
        for form in reference.mutants:
            assert fits(came, values.of(form.root)), written(form.root)


@EVERY
def test_every_change_is_told_in_readable_words(lesson_id: str, reference: Reference) -> None:
    entries = lesson(lesson_id).misconceptions
    for form in (*reference.mutants, *reference.mistaken):
        assert form.changes
        for change in form.changes:
            assert change.kind in entries
            assert 10 < len(change.words) < 260, change.words
            assert not re.search(r"Expr|<|>|\bNone\b|  |_MOST|\.\d{4}", change.words), change.words
            assert not change.words.endswith("."), change.words
            assert change.words.count("(") == change.words.count(")") or "…" in change.words, change.words


@EVERY
def test_a_wrong_formula_gives_what_its_idea_gives(lesson_id: str, reference: Reference) -> None:
    draw = Draw(1, "ideas")
    for form in reference.mistaken:
        assert form.idea is not None
        assert reference.suspects is not None
        call = reference.inputs(draw, ROWS)
        values = Values(dict(zip(reference.axes, call, strict=True)))
        value, suspects = values.of(form.root), reference.suspects(*call)
        if form.idea.name in suspects:
            ways = suspects[form.idea.name]
            known = ways if isinstance(ways, list) else [ways]
            assert any(_alike(value, torch.as_tensor(way).double()) for way in known), form.idea.name
        assert not any(fits(value, values.of(right.root)) for right in reference.mutants), form.idea.name


@EVERY
def test_a_change_that_makes_a_difference_does_not_fit_what_is_right(lesson_id: str, reference: Reference) -> None:
    known, others = _known(reference, 1), _known(reference, 2)
    for form in reference.mutants:
        for change in form.changes:
            if all(fits(values.of(form.root), values.of(form.root, change)) for values in known):  # type: ignore[arg-type]
                for values in others:
                    right, changed = values.of(form.root), values.of(form.root, change)
                    assert fits(right, changed), change.words  # type: ignore[arg-type]


@EVERY
@pytest.mark.slow
def test_a_change_is_explained_by_itself_or_by_what_comes_to_the_same(lesson_id: str, reference: Reference) -> None:
    if reference.noise or reference.given:
        pytest.skip("such a formula takes other arguments than the function")
    form, *_ = reference.mutants
    known = _known(reference, 9)
    for change in form.changes[::3]:

        def mutant(*given: Any, change: Any = change) -> Any:
            return Values(dict(zip(reference.axes, given, strict=True))).of(form.root, change)

        explanation = reference.explain(Submission(mutant), Draw(4, "mutants"))
        if explanation is None or change.kind in explanation.names:
            continue
        assert len(explanation.names) == 1, (change.words, explanation)
        if explanation.sentence:
            same = [
                other.kind
                for some in reference.mutants
                for other in some.changes
                if all(_alike(values.of(form.root, change), values.of(some.root, other)) for values in known)
            ]
            assert explanation.names[0] in same, (change.words, explanation)


def _alike(one: Tensor | None, other: Tensor | None) -> bool:
    return one is not None and fits(one, other)
