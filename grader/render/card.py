"""Cards: what check, hint and progress show, as HTML for notebooks and as plain text for terminals."""

from collections.abc import Collection, Iterator, Mapping
from textwrap import wrap

from grader.course.catalogue import Lesson
from grader.render.html import render
from grader.render.view import SYMBOLS, WORDS, Finding, Session, complete_note, counted, hint_view, progress_view, view
from grader.results import ExerciseResult

WIDTH = 88
_MOST_TITLES = 3
_DEFINED = (
    "It is defined in your notebook now, so the rest of the lesson can go on with it. Leave this call where it is, for "
    "after a restart; run your own cell again to go back to yours. In a graded notebook only your own cell counts."
)


def card_html(result: ExerciseResult, lesson: Lesson | None, session: Session | None = None) -> str:
    """The outcome of one exercise, with its own style; needs no script and loads nothing."""
    return render("style.css.j2") + render(
        "card.html.j2", card=view(result, lesson, session), code=(), points_by_check=False
    )


def card_text(result: ExerciseResult, lesson: Lesson | None, session: Session | None = None) -> str:
    """The outcome of one exercise in plain text, at most 88 columns wide."""
    card = view(result, lesson, session)
    rows = [*_wrap(f"{SYMBOLS[card.verdict]} {card.title}: {WORDS[card.verdict]}, {card.points}", hang=2)]
    if card.note:
        rows += _wrap(card.note, indent=2)
    for finding in card.findings:
        rows += _finding_text(finding)
    if card.others:
        rows += _wrap(_others(card.others), indent=2)
        for finding in card.others:
            rows += _other_text(finding)
    if card.praise:
        rows += _wrap(f"{counted(len(card.passed), 'check')} passed. {card.praise}", indent=2)
    else:
        for check in card.passed:
            rows += _wrap(f"{SYMBOLS['passed']} {WORDS['passed']}: {check.title}", indent=2, hang=2)
    if card.next_hint:
        rows += _wrap(f"Stuck? Run {card.next_hint}", indent=2)
    return "\n".join(rows)


def _finding_text(finding: Finding) -> Iterator[str]:
    start = f"{SYMBOLS[finding.verdict]} {WORDS[finding.verdict]}: "
    if len(finding.checks) == 1:
        yield from _wrap(start + finding.checks[0].title, indent=2, hang=2)
    else:
        yield from _wrap(f"{start}{len(finding.checks)} checks, for the same reason", indent=2, hang=2)
        for check in finding.checks[:_MOST_TITLES]:
            yield from _wrap(f"- {check.title}", indent=4, hang=2)
        if len(finding.checks) > _MOST_TITLES:
            yield f"    - … and {len(finding.checks) - _MOST_TITLES} more"
    yield from _wrap(finding.sentence, indent=4)
    for row in finding.evidence:
        indent = 6 + len(row) - len(row.lstrip())
        yield from _wrap(row, indent=min(indent, 30))
    if finding.idea:
        start = "Looks like the same mistake: " if finding.idea.again else "Looks like: "
        yield from _wrap(start + finding.idea.name, indent=4)
        if not finding.idea.again:
            yield from _wrap(finding.idea.why, indent=6)
    if finding.hint:
        yield from _wrap(f"Hint: {finding.hint}", indent=4)


def _other_text(finding: Finding) -> Iterator[str]:
    for check in finding.checks:
        yield from _wrap(f"{SYMBOLS[finding.verdict]} {WORDS[finding.verdict]}: {check.title}", indent=4, hang=2)
    if finding.verdict == "failed":
        yield from _wrap(finding.sentence, indent=6)
    if finding.idea:
        yield from _wrap(f"Looks like the same mistake: {finding.idea.name}", indent=6)


def _others(findings: Collection[Finding]) -> str:
    count = sum(len(finding.checks) for finding in findings)
    return f"{counted(count, 'other check')} did not pass either, perhaps for the same reason:"


def _wrap(text: str, indent: int = 0, hang: int = 0) -> list[str]:
    """`text` in lines of at most WIDTH columns; all but the first are indented by `hang` more."""
    start, later = " " * indent, " " * (indent + hang)
    return wrap(text, WIDTH, initial_indent=start, subsequent_indent=later, break_on_hyphens=False)


def hint_html(lesson: Lesson, exercise: str, level: int) -> str:
    """Hint `level` (1 to 3) of an exercise, and how to get the next."""
    return render("style.css.j2") + render("hint.html.j2", hint=hint_view(lesson, exercise, level))


def hint_text(lesson: Lesson, exercise: str, level: int) -> str:
    """Hint `level` (1 to 3) of an exercise in plain text."""
    hint = hint_view(lesson, exercise, level)
    rows = [f"{hint.title} (hint {hint.level} of {hint.levels})"]
    for kind, text in hint.blocks:
        rows += [f"      {row}" for row in text.split("\n")] if kind == "code" else _wrap(text, indent=2)
    rows += _wrap(f"Still stuck? Run {hint.more}" if hint.more else "This was the last hint.", indent=2)
    return "\n".join(rows)


def solution_html(lesson: Lesson, exercise: str, source: str) -> str:
    """The course's answer to an exercise, and what becomes of it in the notebook."""
    title = lesson.exercises[exercise].title
    return render("style.css.j2") + render("solution.html.j2", title=title, source=source, note=_DEFINED)


def solution_text(lesson: Lesson, exercise: str, source: str) -> str:
    """The course's answer to an exercise in plain text."""
    rows = [f"{lesson.exercises[exercise].title}: the course's answer", *source.split("\n"), *_wrap(_DEFINED)]
    return "\n".join(rows)


def complete_html(lesson: Lesson, following: Lesson | None) -> str:
    """What is shown when the last exercise of a lesson has passed."""
    return render("style.css.j2") + render(
        "complete.html.j2", title=lesson.title, note=complete_note(lesson, following)
    )


def complete_text(lesson: Lesson, following: Lesson | None) -> str:
    """What is shown when the last exercise of a lesson has passed, in plain text."""
    return "\n".join([f"{lesson.title}: lesson complete", *_wrap(complete_note(lesson, following), indent=2)])


def progress_html(lesson: Lesson, results: Mapping[str, ExerciseResult], read: Collection[str] = ()) -> str:
    """Where somebody stands in a lesson: verdicts, points, what is next, what waits for what, what was read."""
    return render("style.css.j2") + render("progress.html.j2", page=progress_view(lesson, results, read))


def progress_text(lesson: Lesson, results: Mapping[str, ExerciseResult], read: Collection[str] = ()) -> str:
    """Where somebody stands in a lesson, in plain text."""
    page = progress_view(lesson, results, read)
    width = max((len(row.title) for row in page.rows), default=0)
    rows = _wrap(f"{page.title}: {page.summary}")
    for row in page.rows:
        start = f"  {SYMBOLS[row.verdict]} {row.title:{width}}  {WORDS[row.verdict]:15}  {row.points:>9}"
        rows += wrap(f"{start}  {row.note}".rstrip(), WIDTH, subsequent_indent=" " * 6, drop_whitespace=True)
    return "\n".join(rows)
