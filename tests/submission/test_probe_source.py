"""What is sent of a probe: itself and all that it names, and nothing that cannot be sent."""
# Probes have no types.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import math
from collections.abc import Callable
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from grader.checks.kit import oracles
from grader.checks.kit.probes import outputs
from grader.course.folders import COURSE
from grader.submission.probe_source import probe_source
from grader.submission.student import Student
from grader.worker.servant import Servant

Numbers = list[float]  # named by annotations only

HALF = 0.5
SIZES = {"rows": (2, 3), "names": ["a", None]}
GIVEN = torch.ones(2)
PRINT = print
twice = functools.partial(lambda factor, number: factor * number, 2)


def halved(number: float) -> float:
    return HALF * number


def even(number):
    return number == 0 or odd(number - 1)


def odd(number):
    return number != 0 and even(number - 1)


class Part(nn.Module):
    """A stand-in for a network."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return halved(x)


class Whole(Part):
    @property
    def rows(self):
        return SIZES["rows"]


class Recorded:
    values: Numbers = []  # noqa: RUF012
    halved = "its own, not the function"
    same = halved


def plain(names, number):
    return number + 1


def thorough(names, x: Numbers) -> Numbers:
    model: Whole = Whole()
    return [model(x), F.relu(-x), math.pi, model.rows, Recorded.same, even(4), sorted([2, 1])]


def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def decorated(*arguments: Any) -> Any:
        raise AssertionError

    return decorated


@decorate
def decorated(names):
    return HALF


def names_a_tensor(names):
    return GIVEN


def names_an_object(names):
    return twice(2)


def names_a_builtin_by_another_name(names):
    return PRINT


def names_a_module_of_the_grader(names):
    return oracles.gaussian_kl


def names_a_function_of_a_library(names):
    return cached


cached = functools.cache


def names_a_class_of_a_library(names):
    return Path()


def names_a_function_by_another_name(names):
    return other_name


other_name = plain


def names_nothing_that_there_is(names):
    return unheard_of  # noqa: F821


def names_two_things_alike(names):
    return outputs(names, plain)  # which names another function `plain`


def run(probe: Callable[..., Any], *arguments: Any) -> Any:
    namespace: dict[str, Any] = {"__name__": "probe"}
    exec(compile(probe_source(probe), "<probe>", "exec", dont_inherit=True), namespace)
    return namespace[probe.__name__](None, *arguments)


def test_a_probe_that_names_nothing_is_sent_alone() -> None:
    assert probe_source(plain) == f"from __future__ import annotations\n\n\n{inspect.getsource(plain)}"
    assert run(plain, 2) == 3


def test_what_a_probe_names_goes_with_it_each_once_and_first_what_is_needed_first() -> None:
    x = torch.tensor([-2.0, 4.0])
    half, relu, *rest = run(thorough, x)
    assert torch.equal(half, x / 2)
    assert torch.equal(relu, torch.tensor([2.0, 0.0]))
    assert rest == [math.pi, (2, 3), "its own, not the function", True, [1, 2]]
    defined = [
        node for node in ast.parse(probe_source(thorough)).body if isinstance(node, ast.ClassDef | ast.FunctionDef)
    ]
    assert [node.name for node in defined] == ["Recorded", "halved", "Part", "Whole", "odd", "even", "thorough"]


def test_modules_are_imported_and_constants_written_out() -> None:
    lines = probe_source(thorough).splitlines()
    for line in ("import torch.nn as nn", "import torch.nn.functional as F", "import math", "HALF = 0.5"):
        assert lines.count(line) == 1
    assert f"SIZES = {SIZES!r}" in lines


def test_what_only_annotations_name_is_not_sent() -> None:
    lines = probe_source(thorough).splitlines()
    assert "import torch" not in lines
    assert not [line for line in lines if line.startswith("Numbers")]


def test_decorators_of_a_probe_stay_here() -> None:
    assert run(decorated) == HALF


@pytest.mark.parametrize(
    ("probe", "reason"),
    [
        (names_a_tensor, "it names `GIVEN`, a Tensor"),
        (names_an_object, "it names `twice`, a partial"),
        (names_a_builtin_by_another_name, "it names `PRINT`, a builtin_function_or_method"),
        (names_a_module_of_the_grader, "it names `oracles`, a module of the grader"),
        (names_a_function_of_a_library, "it names `cached`, a name of the module functools"),
        (names_a_class_of_a_library, "it names `Path`, a name of the module pathlib"),
        (names_a_function_by_another_name, "it names `other_name`, which is `plain`"),
        (names_nothing_that_there_is, "it names `unheard_of`, which .* does not define"),
    ],
)
def test_what_cannot_be_sent_is_an_error_at_once(probe: Callable[..., Any], reason: str) -> None:
    with pytest.raises(TypeError, match=f"the probe `{probe.__name__}` cannot be sent: {reason}"):
        probe_source(probe)


def test_a_function_inside_another_one_cannot_be_sent() -> None:
    def inner(names):
        return plain

    with pytest.raises(TypeError, match=r"which is `test_a_function_inside_.*<locals>\.inner`"):
        probe_source(inner)


def test_one_name_for_two_things_is_an_error() -> None:
    with pytest.raises(TypeError, match="it names `plain`, which means two things"):
        probe_source(names_two_things_alike)


class InProcess:
    """A channel to a servant in this process."""

    def __init__(self, servant: Servant) -> None:
        self._servant = servant

    def ask(self, tree: dict[str, Any], tensors: list[torch.Tensor], seconds: float) -> tuple[Any, list[torch.Tensor]]:
        return self._servant.answer(tree, tensors)

    def why_missing(self, name: str) -> str | None:
        return None


def of_the_submission(names, x):
    return names.halved(halved(x))


def test_names_of_the_submission_and_of_the_probe_are_apart() -> None:
    namespace = {"halved": lambda x: x - 1, "HALF": 7}
    assert Student(InProcess(Servant(namespace))).run(of_the_submission, 4.0) == 1.0
    assert namespace["HALF"] == 7


def functions_and_classes(*names: str) -> list[Any]:
    """What the modules of the checks define, those with one of these names or all."""
    files = sorted(file for file in COURSE.checks.glob("*/*.py") if not names or file.stem in names)
    modules = [importlib.import_module(f"grader.checks.{file.parent.name}.{file.stem}") for file in files]
    return [value for module in modules for value in vars(module).values() if is_of(module, value)]


def is_of(module: ModuleType, value: Any) -> bool:
    return isinstance(value, FunctionType | type) and value.__module__ == module.__name__


def is_probe(value: Any) -> bool:
    """Whether it takes the submission's names first."""
    return isinstance(value, FunctionType) and value.__code__.co_varnames[:1] == ("names",)


PROBES = {f"{probe.__module__}.{probe.__name__}": probe for probe in filter(is_probe, functions_and_classes())}


@pytest.mark.parametrize("probe", PROBES.values(), ids=PROBES)
def test_the_course_sends_probes_and_stand_ins_but_nothing_that_knows_what_is_right(probe: Callable[..., Any]) -> None:
    namespace: dict[str, Any] = {"__name__": "probe"}
    exec(compile(probe_source(probe), "<probe>", "exec", dont_inherit=True), namespace)
    sent = {name for name, value in namespace.items() if getattr(value, "__module__", None) == "probe"}
    assert probe.__name__ in sent
    assert sent - {probe.__name__} <= {value.__name__ for value in functions_and_classes("probes", "stand_ins")}
