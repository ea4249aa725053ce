"""What a submission says is missing selects a sentence of the grader's; what it writes itself is told as its own."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from grader.checks.kit import probes
from grader.failures import CheckFailure, Raised, says_unwritten, unwritten
from grader.submission.lacking import lacking
from grader.submission.student import Student, explain_exception
from grader.worker.servant import Servant
from grader.worker.wire import ProtocolError

FREE = "nothing: everybody gets 10 of 10 points"
REQUEST = {"do": "run", "source": "def probe(names):\n    names.VAE()", "arguments": {"tuple": ["decoder"]}}


class Replies:
    """A channel that gives one reply to whatever is asked."""

    def __init__(self, reply: Any) -> None:
        self._reply = reply

    def ask(self, tree: dict[str, Any], tensors: list[torch.Tensor], seconds: float) -> tuple[Any, list[torch.Tensor]]:
        return self._reply, []

    def why_missing(self, name: str) -> str | None:
        return None


class Own:
    """A channel to names of this process."""

    def __init__(self, **names: Any) -> None:
        self._servant = Servant(dict(names))

    def ask(self, tree: dict[str, Any], tensors: list[torch.Tensor], seconds: float) -> tuple[Any, list[torch.Tensor]]:
        return self._servant.answer(tree, tensors)

    def why_missing(self, name: str) -> str | None:
        return None


def told(student: Student) -> CheckFailure:
    with pytest.raises(CheckFailure) as failure:
        student.call("f", (), "f", (), {})
    return failure.value


@pytest.mark.parametrize(
    ("kind", "name", "given", "sentence"),
    [
        ("name", "VAE", "", "The notebook does not define `VAE`."),
        ("callable", "", "int", "Your `f` should be a function or a class, but is a `int`."),
        ("part", "decoder", "VAE", "`VAE` has no attribute `decoder`: whoever uses the model looks for it there."),
        ("model", "VAE", "int", "`VAE` should be a model, but is a `int`."),
        ("model", "VAE", "dict", "`VAE` should be a model, but is a `dict`: what `fit` returns is the history."),
        ("callable", "", FREE, "Your `f` should be a function or a class, but is a `object`."),
        ("callable", "", "a" * 81, "Your `f` should be a function or a class, but is a `object`."),
    ],
)
def test_the_words_are_the_graders(kind: str, name: str, given: str, sentence: str) -> None:
    assert lacking("Your `f`", kind, name, given, REQUEST) == sentence


@pytest.mark.parametrize(("kind", "name"), [("name", FREE), ("name", "Decoder"), ("part", "VA"), ("praise", "VAE")])
def test_what_nobody_asked_for_is_no_reply(kind: str, name: str) -> None:
    with pytest.raises(ProtocolError):
        lacking("Your `f`", kind, name, "", REQUEST)


@pytest.mark.parametrize("name", ["MissingPart", "MissingName", "Lacking", "NotCallable", "NotImplementedError", FREE])
@pytest.mark.parametrize("message", [FREE, "exercise f: nothing written yet", unwritten("f"), ""])
def test_an_exception_is_told_as_the_students_own(name: str, message: str) -> None:
    reply = {"raised": {"type": name, "message": message, "frames": []}}
    failure = told(Student(Replies(reply)))
    assert failure.message.startswith("Your `f` raised ")
    assert failure.misconception is None
    assert not says_unwritten(failure.message, "f")


@pytest.mark.parametrize("said", ["Expected more than 1 value per channel when training", "IndexError: Dimension out"])
def test_a_message_names_no_mistake(said: str) -> None:
    failure = told(Student(Replies({"raised": {"type": "ValueError", "message": said, "frames": []}})))
    assert failure.misconception is None


def test_a_syntax_error_says_which_python_and_who() -> None:
    assert explain_exception("Your `f`", "SyntaxError", FREE, []).startswith(
        "Your `f` raised SyntaxError (in Python 3."
    )


def test_the_worker_tells_what_is_missing_from_what_was_raised() -> None:
    class MissingPart(Exception):
        lacks = "name", "f", ""

    def f() -> None:
        raise MissingPart(FREE)

    assert told(Student(Own(f=f))).message.startswith(f"Your `f` raised MissingPart: {FREE}")
    assert told(Student(Own())).message == "The notebook does not define `f`."
    assert told(Student(Own(f=3))).message == "Your `f` should be a function or a class, but is a `int`."


def test_a_probe_says_which_part_is_missing() -> None:
    student = Student(Own(vae=3, net=torch.nn.Linear(2, 2)))
    with pytest.raises(Raised, match=r"^`vae` should be a model, but is a `int`.$"):
        student.run(probes.trained_model, ["vae"])
    with pytest.raises(Raised, match=r"^`Linear` has no attribute `decoder`: "):
        student.run(probes.trained_part, ["net"], "decoder", torch.zeros(1, 2))
