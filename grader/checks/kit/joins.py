"""Two inputs of a network, joined the wrong way."""

from __future__ import annotations

import re

from grader.failures import CheckFailure

_SIZES = re.compile(r"must match except in dimension 0\. Expected size (\d+) but got size (\d+)")


def name_join_along_batch(failure: CheckFailure, one: int, other: int) -> None:
    """Fails with the mistake's name where PyTorch refused to join these widths along dimension 0; else returns."""
    refused = _SIZES.search(failure.message)
    if refused and sorted(map(int, refused.groups())) == sorted((one, other)):
        raise CheckFailure(failure.message, "condition-stacks-rows") from None
