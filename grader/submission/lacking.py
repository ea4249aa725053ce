"""What the submission lacks: its process says which of a few things it is, and the words about it are the grader's.

That process belongs to the student, so whatever it says may be made up: it selects a sentence, and fills it with names
that the grader has asked for and with the name of a type, if it is one. Free text does not get in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from grader.worker.wire import ProtocolError

_UNDEFINED = "The notebook does not define `{name}`."
_SENTENCES = {
    "name": _UNDEFINED,
    "callable": "{who} should be a function or a class, but is a `{given}`.",
    "part": "`{given}` has no attribute `{name}`: whoever uses the model looks for it there.",
    "model": "`{name}` should be a model, but is a `{given}`{history}.",
    "number": "`{name}` of the trained model is not a tensor with one number.",
}
FORM = ("name", "callable")  # those that are failures of form; of the others a model is at fault


def lacking(who: str, kind: str, name: str, given: str, request: dict[str, Any]) -> str:
    """The sentence. ProtocolError for one that is not here, or a name that the request does not hold."""
    if kind not in _SENTENCES or (name and name not in _words(request)):
        raise ProtocolError("it lacks what nobody has asked for")
    history = ": what `fit` returns is the history" if given == "dict" else ""
    return _SENTENCES[kind].format(who=who, name=name, given=type_name(given, "object"), history=history)


def undefined(name: str) -> str:
    """The sentence about a name of the course's that the notebook does not define."""
    return _UNDEFINED.format(name=name)


def _words(request: dict[str, Any]) -> set[str]:
    return {word for text in _texts(request) for word in re.findall(r"\w+", text)}


def _texts(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict | list):
        for part in tree.values() if isinstance(tree, dict) else tree:
            yield from _texts(part)


def type_name(given: str, otherwise: str) -> str:
    """A type can have any text for its name: only what can be written in code is shown."""
    return given if given.isascii() and given.isidentifier() and len(given) <= 80 else otherwise
