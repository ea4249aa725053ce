"""Names of students: safe for files and gradebooks, and each its own."""

import pytest

from grader.classroom.names import MAX_BYTES, did_you_mean, safe_name, unique_names


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("Zoe\u0308", "Zoë"),
        ("a/b\\c", "a_b_c"),
        ("..", "unnamed"),
        ("", "unnamed"),
        ("nul.txt", "_nul.txt"),
        ("=1+1", "=1+1"),
        ("  x. ", "x"),
        ("\ud800", "_"),
    ],
    ids=ascii,
)
def test_safe(raw, safe):
    assert safe_name(raw) == safe


def test_a_character_is_never_cut_in_two():
    assert safe_name("é" * 200) == "é" * (MAX_BYTES // 2)


def test_a_name_that_is_safe_already_keeps_it():
    names = unique_names(["ann", "ann\n", "ann\t", "ann_"])
    assert names["ann"] == "ann"
    assert names["ann_"] == "ann_"
    assert len(set(names.values())) == 4


def test_case_is_not_enough_to_tell_two_apart():
    first, second = unique_names(["Ann", "ann"]).values()
    assert first.casefold() != second.casefold()


def test_the_same_whatever_the_order():
    raws = ["Ann", "ann", "a\nb", "a\tb", "x"]
    assert unique_names(raws) == unique_names(reversed(raws))


def test_a_suffix_that_is_somebodys_name():
    taken = unique_names(["a\n", "a\t", "a_"])["a\n"]
    names = unique_names(["a\n", "a\t", "a_", taken])
    assert names[taken] == taken
    assert len(set(names.values())) == 4


def test_up_to_three_names_that_are_meant():
    assert did_you_mean("Rossi", ["rossirosa", "bianchi"]) == " Did you mean: rossirosa?"
    assert did_you_mean("an", ["ann", "anna", "jan", "dan"]).count(",") == 2
    assert did_you_mean("", ["ann"]) == did_you_mean("xyz", ["ann"]) == ""
