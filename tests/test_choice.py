"""The choice of examples: by kind, and in their order."""

import pytest

from tests.choice import first_of_each, parameters

WORDS = ["apple", "ant", "bee", "axe", "boat"]


def test_the_first_of_each_kind_are_chosen_in_their_order():
    assert first_of_each(WORDS, lambda word: word[0]) == ["apple", "bee"]
    assert first_of_each(WORDS, lambda word: word[0], 2) == ["apple", "ant", "bee", "boat"]


def test_what_is_not_chosen_is_exhaustive():
    marked = [(one.id, [mark.name for mark in one.marks]) for one in parameters(WORDS[:2], ["ant"], str.upper)]
    assert marked == [("APPLE", ["exhaustive"]), ("ANT", [])]


@pytest.mark.exhaustive
def test_what_is_exhaustive_is_slow(request):
    assert request.node.get_closest_marker("slow")
