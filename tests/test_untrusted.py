"""Text of others: without what a terminal or a page would act on, and of bounded length."""

import pytest

from grader import untrusted


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]8;;http://example.org\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]0;never ends\nnext line", "next line"),
        ("null\x00 bell\x07 back\x08", "null bell back"),
        ("\u2066hidden\u2069 \ue000\udc80", "hidden "),
        ("x" + "\u0301" * 50, "x" + "\u0301" * 3),
        ("\tσ² ≤ ½", "    σ² ≤ ½"),
    ],
)
def test_clean(raw, shown):
    assert untrusted.clean(raw) == shown


def test_half_a_character_is_replaced_and_a_whole_one_is_not():
    assert untrusted.whole_characters("x\ud800y \U0001f600") == "x\ufffdy \U0001f600"


def test_long_text_keeps_beginning_and_end():
    rows = untrusted.lines("\n".join(map(str, range(1000))), most=5)
    assert rows == ("0", "1", "… 996 lines left out …", "998", "999")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("no modules besides it", "no modules…"),
        ("no modules at all of", "no modules at…"),
        ("a" * 40, "a" * 14 + "…"),
        ("a " + "b" * 40, "a " + "b" * 12 + "…"),
        ("short", "short"),
    ],
)
def test_what_is_shortened_ends_with_a_word(text, shown):
    assert untrusted.shorten(text, 15) == shown
