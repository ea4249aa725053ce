"""What students and instructors see of results: complete, escaped, readable without colour, compact."""

from dataclasses import replace
from html.parser import HTMLParser
from io import StringIO

import pytest
from rich.console import Console

from grader.class_report import Reached
from grader.course.catalogue import Exercise, Lesson, Misconception
from grader.failures import unwritten
from grader.render import card, view
from grader.render.feedback import Counted, feedback_html
from grader.render.html import prose
from grader.render.terminal import class_table, result_table
from grader.render.view import Session
from grader.results import CheckResult, ExerciseResult, Result

HALF = Misconception(
    id="kl-missing-half",
    name="the factor ½ is missing",
    symptom="twice too large",
    why="Without it the KL term counts twice.",
    origin="copied",
    hint="Keep the factor.",
)
HINTS = ("Look at `mu = 0`.", "Four terms.", "Nearly there:\n\n    return ... * terms.sum(dim=1)\n\nWhich factor?")
HOSTILE = (
    "it raised ValueError: <script>alert(1)</script> \x1b[31mred\x1b[0m \x1b]0;owned\x07 \u202eevil\ud800 "
    + "A" * 100_000
    + "\n"
    + "\n".join(f"row {row} <img src=http://example.org/x onerror=alert(2)>" + "B" * 10_000 for row in range(300))
)


class ExampleLesson(Lesson):
    """A lesson with its own misconceptions, so that no file of the course is read."""

    misconceptions = {HALF.id: HALF}  # noqa: RUF012 (stands in for a property)


LESSON = ExampleLesson(
    "01_example",
    "An example",
    {
        "encoder": Exercise("encoder", "The encoder", (), HINTS),
        "kl_divergence": Exercise("kl_divergence", "The KL divergence", (), HINTS),
        "vae": Exercise("vae", "The VAE", ("encoder", "kl_divergence"), HINTS),
    },
)


def outcome(title, verdict="passed", message="", **more):
    return CheckResult("test_it", title, verdict, 2.0 * (verdict == "passed"), 2.0, message, **more)


PASSED = ExerciseResult("encoder", (outcome("has the right shape"), outcome("has gradients")))
WRONG = ExerciseResult(
    "kl_divergence",
    (
        outcome("agrees with the closed form", "failed", "too large\nexpected 1.5\n  got 3.0", misconception=HALF.id),
        outcome("is zero at the prior"),
    ),
)
BLOCKED = ExerciseResult("vae", (outcome("runs", "not_checked", "`VAE` is not defined"),), ("encoder",))
ATTACK = ExerciseResult("kl_divergence", (outcome("agrees", "failed", HOSTILE),))
RESULT = Result("Ada <b>", "01_example", 7, (PASSED, WRONG, BLOCKED))


class Page(HTMLParser):
    """Collects what a browser would act on: elements, attributes, text outside style, unclosed elements."""

    def __init__(self, source):
        super().__init__()
        self.elements, self.attributes, self.words, self.open = [], [], [], []
        self.feed(source)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.attributes += attrs
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)


EVERY_PAGE = {
    "passed": lambda: card.card_html(PASSED, LESSON),
    "wrong": lambda: card.card_html(WRONG, LESSON),
    "blocked": lambda: card.card_html(BLOCKED, LESSON),
    "attack": lambda: card.card_html(ATTACK, LESSON),
    "hint": lambda: card.hint_html(LESSON, "kl_divergence", 3),
    "progress": lambda: card.progress_html(LESSON, {"encoder": PASSED}),
    "feedback": lambda: feedback_html(RESULT, LESSON, "A course"),
    "unreadable": lambda: feedback_html(Result("x", "y", 1, (), HOSTILE), None, "A course"),
}


def drawn(renderable, width=80):
    """What arrives when the output is piped into a file."""
    console = Console(file=StringIO(), width=width)
    console.print(renderable)
    return console.file.getvalue()


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_html_is_well_formed_without_scripts_or_resources(name):
    source = EVERY_PAGE[name]()
    page = Page(source)
    assert page.open == []
    assert not {"script", "img", "link", "iframe", "object", "form", "base"} & set(page.elements)
    assert not [key for key, _ in page.attributes if key.startswith("on") or key == "src"]
    assert all(value.startswith("#") for key, value in page.attributes if key == "href")
    assert "url(" not in source
    assert "@import" not in source


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (PASSED, ["✓", "passed", "4 of 4 points", "Next: The KL divergence"]),
        (WRONG, ["✗", "failed", "2 of 4 points", "agrees with the closed form", "too large", "expected 1.5"]),
        (WRONG, [HALF.name, HALF.why, 'hint("kl_divergence")', "is zero at the prior"]),
        (BLOCKED, ["–", "not checked", "0 of 2 points", "encoder", "costs points only in its own exercise"]),
    ],
)
def test_verdict_points_and_reasons_are_words(result, said):
    html = Page(card.card_html(result, LESSON)).text
    text = " ".join(card.card_text(result, LESSON).split())
    for words in said:
        assert words in html
        assert words in text


def test_evidence_keeps_its_columns():
    assert "expected 1.5\n  got 3.0" in card.card_html(WRONG, LESSON)


def test_passed_card_is_two_lines():
    assert len(card.card_text(PASSED, LESSON).splitlines()) == 2


def test_two_ideas_at_once_are_told_as_one_finding() -> None:
    both = outcome("agrees", "failed", "Expected 1.", misconception=HALF.id, also=("formula-sign",))
    text = card.card_text(ExerciseResult("kl_divergence", (both,)), LESSON)
    assert f"Looks like: {HALF.name}; at the same time: formula-sign" in text
    assert HALF.why.split()[0] in text


def test_last_exercise_has_no_next():
    last = ExerciseResult("vae", (outcome("runs"),))
    assert "Next" not in card.card_text(last, LESSON)


def test_same_message_is_said_once():
    checks = tuple(outcome(f"check {i}", "failed", "not written yet", misconception=HALF.id) for i in range(7))
    result = ExerciseResult("kl_divergence", checks)
    for source in (card.card_html(result, LESSON), card.card_text(result, LESSON)):
        assert source.count("not written yet") == 1
        assert "7 checks" in source
    assert "check 6" in card.card_html(result, LESSON)


def test_misconception_is_explained_once_and_named_again():
    checks = tuple(outcome(str(i), "failed", f"message {i}", misconception=HALF.id) for i in range(2))
    text = card.card_text(ExerciseResult("kl_divergence", checks), LESSON)
    assert text.count(HALF.why) == 1
    assert text.count(HALF.name) == 2
    assert "Looks like the same mistake" in text


def test_failed_and_not_checked_are_not_mixed():
    checks = (outcome("a", "failed", "same"), outcome("b", "not_checked", "same"))
    text = card.card_text(ExerciseResult("vae", checks), LESSON)
    assert "✗ failed: a" in text
    assert "– not checked: b" in text


def test_unknown_misconception_shows_its_id():
    checks = (outcome("a", "failed", "m", misconception="never-heard-of"),)
    assert "never-heard-of" in card.card_text(ExerciseResult("vae", checks), LESSON)


def test_the_same_hint_is_given_once():
    checks = tuple(outcome(str(i), "failed", f"message {i}", hint=HINTS[1]) for i in range(3))
    result = ExerciseResult("vae", checks)
    for source in (card.card_html(result, LESSON), card.card_text(result, LESSON)):
        assert source.count(HINTS[1]) == 1


def test_offers_the_hint_after_the_one_shown():
    checks = (outcome("a", "failed", "m", hint=HINTS[0]),)
    assert 'hint("vae", 2)' in card.card_text(ExerciseResult("vae", checks), LESSON)


def test_hostile_text_is_escaped_shortened_and_stripped():
    html, text = card.card_html(ATTACK, LESSON), card.card_text(ATTACK, LESSON)
    assert "&lt;script&gt;alert(1)" in html
    assert len(html) < 12_000
    assert len(text) < 6_000
    for source in (html, text, drawn(result_table(Result("s", "l", 1, (ATTACK,), HOSTILE), LESSON))):
        assert not {"\x1b", "\x07", "\u202e", "\ud800", "\r"} & set(source)
        assert "owned" not in source
        assert source.encode("utf-8")
    assert "row 299" in text  # the end of a traceback says most


@pytest.mark.parametrize("result", [PASSED, WRONG, BLOCKED, ATTACK])
def test_text_fits_88_columns(result):
    assert max(map(len, card.card_text(result, LESSON).splitlines())) <= 88


def test_result_without_lesson_is_shown_by_its_names():
    assert "kl_divergence" in card.card_text(WRONG, None)
    assert HALF.id in card.card_html(WRONG, None)


def test_hints_count_and_lead_on():
    first, last = card.hint_text(LESSON, "vae", 1), card.hint_text(LESSON, "vae", 3)
    assert "hint 1 of 3" in first
    assert 'hint("vae", 2)' in first
    assert "hint(" not in last
    assert "      return ... * terms.sum(dim=1)" in last
    assert "<pre>return ... * terms.sum(dim=1)</pre>" in card.hint_html(LESSON, "vae", 3)
    assert "<code>mu = 0</code>" in card.hint_html(LESSON, "vae", 1)


def test_progress_says_what_is_next_and_what_waits():
    results = {"encoder": PASSED, "kl_divergence": WRONG}
    rows = card.progress_text(LESSON, results).splitlines()
    assert "1 of 3 exercises passed" in rows[0]
    assert "6 points" in rows[0]
    assert rows[1].split() == ["✓", "The", "encoder", "passed", "4", "of", "4"]
    assert rows[2].endswith("next")
    assert "not tried" in rows[3]
    assert "waits for `kl_divergence`" in rows[3]
    page = Page(card.progress_html(LESSON, results)).text
    assert "waits for kl_divergence" in page


def test_progress_says_whose_answer_was_read():
    assert card.progress_text(LESSON, {"encoder": PASSED}, read={"encoder"}).splitlines()[1].endswith("answer read")


def test_a_notebook_knows_what_fails_too_and_which_run_failed():
    replaced = replace(WRONG, followed_through=("encoder",))
    failed = Session(("encoder",), failure="NameError: name 'nm' is not defined")
    text = " ".join(card.card_text(replaced, LESSON, failed).split())
    assert "The last run of its cell stopped with NameError: name 'nm' is not defined. This is the version" in text
    assert (
        "Your `encoder` fails too: mend that first. This was checked with the course's own in its place: a mistake"
        in text
    )
    assert "in its place" not in card.card_text(WRONG, LESSON, Session(("encoder",)))
    assert "Your `encoder` and `vae` fail too: mend them first." in card.card_text(
        WRONG, LESSON, Session(("encoder", "vae"))
    )
    restarted = card.card_text(WRONG, LESSON, Session(undefined=("encoder",)))
    assert "Not defined yet: `encoder`. Run those cells; after a restart, all cells above." in restarted
    passed = " ".join(card.card_text(replace(PASSED, followed_through=("vae",)), LESSON).split())
    assert "Checked with the course's own `vae` in place of yours, which fails: a mistake costs" in passed


def test_a_complete_lesson_leads_on():
    assert "All 3 exercises pass. The next lesson is" in card.complete_text(LESSON, LESSON)
    assert "the last lesson so far" in Page(card.complete_html(LESSON, None)).text


def test_progress_of_nothing_and_of_everything():
    assert "0 of 3 exercises passed" in card.progress_text(LESSON, {})
    everything = {name: ExerciseResult(name, (outcome("a"),)) for name in LESSON.exercises}
    assert "next" not in card.progress_text(LESSON, everything)


def test_feedback_has_every_exercise_and_the_total():
    page = Page(feedback_html(RESULT, LESSON, "A course"))
    for words in ("A course", "An example", "Ada <b>", "6 of 10 points", "The encoder", "The VAE", HALF.why):
        assert words in page.text
    assert page.elements.count("article") == 3
    targets = {value[1:] for key, value in page.attributes if key == "href"}
    assert targets == {value for key, value in page.attributes if key == "id"}


def test_feedback_of_an_unreadable_notebook_says_why():
    page = Page(feedback_html(Result("bob", "01_example", 1, (), "This file is not JSON."), LESSON, "A course"))
    assert "could not be graded" in page.text
    assert "This file is not JSON." in page.text


def test_result_table_is_plain_when_piped():
    table = drawn(result_table(RESULT, LESSON))
    assert "\x1b" not in table
    assert max(map(len, table.splitlines())) <= 80
    assert "An example: 6 of 10 points" in table
    for words in ("✓ passed", "◐ partly right", "– not checked", "2 of 4", "Looks like:"):
        assert words in table


def test_class_table_stops_at_forty_and_sums_up():
    good = Reached("ann", "01_example", 6, 10, 60, False, "")
    bad = Reached("[bold]eve\x1b[31m", "01_example", None, 10, None, False, "This file is not JSON. " * 40)
    full, ill = Reached("zoe", "01_example", 10, 10, 100, False, ""), Reached("ill", "02", None, 0, None, True, "Ill.")
    table = drawn(class_table([*[good] * 37, full, ill, *[bad] * 11], [RESULT] * 38))
    rows = table.splitlines()
    assert sum("01_example  " in row for row in rows) == 39
    assert max(map(len, rows)) <= 80
    assert "[bold]eve" in table
    assert "excused" in table
    assert "… and 10 more, 10 of them without a score" in table
    assert "01_example: 38 submissions, mean 61.1 %, 1 with full marks" in table
    assert "02:" not in table
    assert "kl-missing-half (38)" in table
    paper = Reached("fay", "unknown", 40, 0, None, False, "40 points instead of 0.")
    assert " 40   40 points" in drawn(class_table([paper], []))
    assert "01_example: 1 submission, mean 60.0 %" in drawn(class_table([good], []))


def test_class_table_of_nobody_is_drawn():
    assert "Student" in drawn(class_table([], []))


def test_an_exercise_is_passed_partly_right_failed_or_not_written_yet():
    right, wrong = outcome("a", "passed"), outcome("b", "failed", "m")
    stub = outcome("a", "failed", unwritten("kl_divergence"))
    states = {(right,): "passed", (right, wrong): "partly", (wrong,): "failed", (stub, wrong): "unwritten"}
    for checks, state in states.items():
        assert view.state_of(ExerciseResult("kl_divergence", checks)) == state
    assert "○ The KL divergence: not written yet, 0 of 4 points" in card.card_text(
        ExerciseResult("kl_divergence", (stub, wrong)), LESSON
    )


def test_what_has_a_name_is_told_first_and_the_rest_apart():
    checks = (
        outcome("early", "not_checked", "This holds, but counts only once the values are right."),
        outcome("value", "failed", "Expected 1, got 3."),
        outcome("named", "failed", "Expected 1, got 2.", misconception=HALF.id),
        outcome("again", "failed", "Expected 2, got 4.", misconception=HALF.id),
    )
    result = ExerciseResult("kl_divergence", checks)
    text = card.card_text(result, LESSON)
    words = ("failed: named", "3 other checks did not pass", "failed: value", "waits: early")
    places = [text.index(word) for word in words]
    assert places == sorted(places)
    page = card.card_html(result, LESSON)
    assert page.index("</strong> named") < page.index("perhaps for the same") < page.index("Expected 1, got 3.")
    alone = card.card_text(ExerciseResult("kl_divergence", checks[:2]), LESSON)
    assert alone.index("failed: value") < alone.index("waits: early")
    assert "other check" not in alone


def test_feedback_shows_the_student_s_own_code():
    code = {"kl_divergence": "def kl_divergence(mu, log_var):\n    return '<script>'\x1b[31m"}
    page = feedback_html(replace(RESULT, answers=code), LESSON, "A course")
    assert "your code" in page
    assert "    return &#39;&lt;script&gt;&#39;</pre>" in page
    assert "your code" not in feedback_html(RESULT, LESSON, "A course")


def test_feedback_shows_what_the_instructor_decided():
    said = ["`encoder` does not count. <Ill> **really**"]
    page = feedback_html(RESULT, LESSON, "A course", ["File: a.ipynb"], Counted({}, None, 10, said))
    decided = "<code>encoder</code> does not count. &lt;Ill&gt; <strong>really</strong>"
    for words in ("File: a.ipynb", "Decided by your instructor", decided):
        assert words in page


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**so** and `x`", "<strong>so</strong> and <code>x</code>"),
        ("**`x` is <b>**", "<strong><code>x</code> is &lt;b&gt;</strong>"),
        ("`**x**` and mu**2 + log_var**2", "<code>**x**</code> and mu**2 + log_var**2"),
        ("for ** or pow() with 2 ** 3 **", "for ** or pow() with 2 ** 3 **"),
    ],
)
def test_markdown_of_sentences(text, html):
    assert prose(text) == html
