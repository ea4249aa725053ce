"""Exceptions of a submission that leave no doubt about the mistake, whatever the exercise."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from grader.failures import Raised

Check = TypeVar("Check", bound=Callable[..., Any])
_IDEAS = {
    "Boolean value of Tensor with more than one value is ambiguous": "tensor-as-yes-or-no",
    r"a Tensor with \d+ elements cannot be converted to Scalar": "item-of-several-numbers",
    r"IndexError: Dimension out of range": "dimension-not-there",
}


def exceptions_named(check: Check) -> Check:
    """A check that names the mistake behind an exception of the submission where its message has one meaning only."""

    @wraps(check)
    def run(*arguments: Any, **options: Any) -> Any:
        try:
            return check(*arguments, **options)
        except Raised as raised:
            raise Raised(raised.message, raised.misconception or _idea_of(raised), raised.structural) from None

    return cast(Check, run)


def _idea_of(raised: Raised) -> str | None:
    sentence = raised.message.partition("\n")[0]
    return next((name for pattern, name in _IDEAS.items() if re.search(pattern, sentence)), None)
