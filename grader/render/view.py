"""What there is to say about results, hints and progress, before anybody decides on HTML or plain text."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from textwrap import dedent

from grader.course.catalogue import Lesson
from grader.failures import WAITS, says_unwritten, unwritten
from grader.results import CheckResult, ExerciseResult, Result
from grader.untrusted import lines, one_line

SYMBOLS = {"passed": "✓", "partly": "◐", "failed": "✗", "not_checked": "–", "waits": "–", "unwritten": "○", "open": "○"}
SENTENCE = 700  # characters; more than any message has that nobody wants to be long
_ONCE = "a mistake costs points only in its own exercise. All other cells still use yours."
WORDS = {
    "passed": "passed",
    "partly": "partly right",
    "failed": "failed",
    "not_checked": "not checked",
    "waits": "waits",
    "unwritten": "not written yet",
    "open": "not tried",
}


@dataclass(frozen=True)
class Idea:
    """A misconception as a reader meets it; `again` when an earlier finding has already explained it."""

    name: str
    why: str
    again: bool = False


@dataclass(frozen=True)
class Tried:
    """A check by what it says of the answer, and its points: `2.5 of 4`."""

    title: str
    score: str


@dataclass(frozen=True)
class Finding:
    """Checks that did not pass and have the same thing to say."""

    verdict: str
    checks: tuple[Tried, ...]
    sentence: str
    evidence: tuple[str, ...]
    idea: Idea | None
    hint: str

    @property
    def open(self) -> bool:
        """Whether this evidence may be unfolded: it is short, and no idea says more than it does."""
        return self.idea is None and len(self.evidence) <= 6


@dataclass(frozen=True)
class View:
    """An exercise's result in the words of the page; all text is cleaned.

    `findings` are what to read; `others` failed as well, and may have the same cause.
    """

    name: str
    title: str
    verdict: str
    score: str
    points: str
    praise: str
    note: str
    findings: tuple[Finding, ...]
    others: tuple[Finding, ...]
    passed: tuple[Tried, ...]
    next_hint: str


def number(value: float) -> str:
    """A score without needless decimals: 3, 2.5, 66.67."""
    return f"{round(value, 2):.2f}".rstrip("0").rstrip(".")


def score(reached: float, possible: float) -> str:
    """`2.5 of 4`; `2.5` where nobody can say of how many."""
    return f"{number(reached)} of {number(possible)}" if possible else number(reached)


def points(reached: float, possible: float) -> str:
    """`2.5 of 4 points`, `1 point`."""
    return f"{score(reached, possible)} point{'' if (possible or reached) == 1 else 's'}"


def counted(count: int, thing: str) -> str:
    """`1 submission`, `2 submissions`."""
    return f"{count} {thing}{'' if count == 1 else 's'}"


def title(lesson: Lesson | None, name: str) -> str:
    """An exercise's title, or its id when the lesson is unknown."""
    known = lesson.exercises.get(name) if lesson else None
    return known.title if known else one_line(name, 60)


def listed(words: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def hint_call(name: str, level: int) -> str:
    """What to type for a hint."""
    return f'hint("{name}")' if level == 1 else f'hint("{name}", {level})'


@dataclass(frozen=True)
class Session:
    """What a running notebook knows of an exercise: what it builds on and is broken, or is not defined, and how the
    last run of its cell failed ("" if it did not)."""

    broken: tuple[str, ...] = ()
    undefined: tuple[str, ...] = ()
    failure: str = ""


def view(result: ExerciseResult, lesson: Lesson | None, session: Session | None = None) -> View:
    """Everything that a card says about `result`, each thing once."""
    passed, state = result.verdict == "passed", state_of(result)
    findings, others = ((), ()) if state == "unwritten" else _sorted(_findings(result.checks, lesson))
    return View(
        name=one_line(result.name, 60),
        title=title(lesson, result.name),
        verdict=state,
        score=score(result.score, result.max_score),
        points=points(result.score, result.max_score),
        praise=_praise(result, lesson) if passed else "",
        note=_note(result, session or Session(broken=result.followed_through)),
        findings=findings,
        others=others,
        passed=tuple(_tried(check) for check in result.checks if check.verdict == "passed"),
        next_hint="" if passed else _next_hint(result, lesson),
    )


def _tried(check: CheckResult) -> Tried:
    return Tried(one_line(check.title), score(check.score, check.max_score))


def state_of(result: ExerciseResult) -> str:
    """An exercise's state as people call it: there is more to say than its verdict does."""
    blank = any(says_unwritten(check.message, result.name) for check in result.checks)
    if result.verdict == "failed" and blank and not result.score:
        return "unwritten"
    return "partly" if result.verdict == "failed" and result.score else result.verdict


def notes_beside(result: Result, cards: Sequence[View]) -> Iterator[str]:
    """The notes on the notebook that say more than the cards do."""
    findings = [one for card in cards for one in (*card.findings, *card.others)]
    said = {one.sentence for one in findings} | {card.note for card in cards}
    said.discard("")
    for note in result.all_notes:
        text = one_line(note, SENTENCE)
        if text not in said and text.partition("`: ")[2] not in said:
            yield text


def _sorted(findings: tuple[Finding, ...]) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """The findings in the order in which they help: what is known first, what waits last.

    Where a misconception is named, what fails without a name of its own comes apart.
    """
    named = [finding for finding in findings if finding.idea and not finding.idea.again]
    if named:
        rest = [finding for finding in findings if finding not in named]
        return tuple(named), tuple(sorted(rest, key=lambda finding: finding.verdict != "failed"))
    return tuple(sorted(findings, key=lambda finding: finding.verdict != "failed")), ()


def _praise(result: ExerciseResult, lesson: Lesson | None) -> str:
    order = list(lesson.exercises) if lesson else []
    here = order.index(result.name) + 1 if result.name in order else len(order)
    return f"Nicely done. Next: {title(lesson, order[here])}." if here < len(order) else "Nicely done."


def _note(result: ExerciseResult, session: Session) -> str:
    said = []
    if session.failure and state_of(result) != "unwritten":
        said.append(f"The last run of its cell stopped with {session.failure}. This is the version before that.")
    if session.undefined:
        said.append(f"Not defined yet: {_names(session.undefined)}. Run those cells; after a restart, all cells above.")
    if state_of(result) == "unwritten":
        said.append(unwritten(result.name))
    if needed := session.broken:
        fail, them, their = ("fails", "that", "its") if len(needed) == 1 else ("fail", "them", "their")
        if result.verdict == "passed":
            said.append(f"Checked with the course's own {_names(needed)} in place of yours, which {fail}: {_ONCE}")
        else:
            said.append(f"Your {_names(needed)} {fail} too: mend {them} first.")
            if result.followed_through:
                said.append(f"This was checked with the course's own in {their} place: {_ONCE}")
    return " ".join(said)


def _names(exercises: tuple[str, ...]) -> str:
    return listed(f"`{one_line(name, 60)}`" for name in exercises)


def _findings(checks: tuple[CheckResult, ...], lesson: Lesson | None) -> tuple[Finding, ...]:
    """The checks that did not pass, grouped by what they say; an explanation or a hint is given once."""
    groups: dict[tuple[str, str, tuple[str, ...]], Finding] = {}
    for check in checks:
        if check.verdict == "passed":
            continue
        sentence, _, rest = check.message.strip().partition("\n")
        waits = check.verdict == "not_checked" and sentence.startswith(WAITS)
        key = "waits" if waits else check.verdict, one_line(sentence, SENTENCE), check.misconceptions
        if key in groups:
            groups[key] = replace(groups[key], checks=(*groups[key].checks, _tried(check)))
            continue
        hint = one_line(check.hint, 600)
        again = key[2] in {names for _, _, names in groups}
        offered = hint in {finding.hint for finding in groups.values()}
        idea = _idea(key[2], lesson, again) if key[2] else None
        groups[key] = Finding(key[0], (_tried(check),), key[1], lines(rest), idea, "" if offered else hint)
    return tuple(groups.values())


def _idea(names: tuple[str, ...], lesson: Lesson | None, again: bool) -> Idea:
    """One wrong idea, or several at once as one."""
    ideas = lesson.misconceptions if lesson else {}
    known = [ideas[name] for name in names if name in ideas]
    told = "; at the same time: ".join(ideas[name].name if name in ideas else one_line(name, 60) for name in names)
    return Idea(told, " ".join(idea.why for idea in known), again)


def _next_hint(result: ExerciseResult, lesson: Lesson | None) -> str:
    """The call for the first hint that the result does not already show."""
    known = lesson.exercises.get(result.name) if lesson else None
    if not known:
        return ""
    shown = {check.hint.strip() for check in result.checks}
    levels = [level for level, text in enumerate(known.hints, 1) if text.strip() not in shown]
    return hint_call(result.name, levels[0]) if levels else ""


@dataclass(frozen=True)
class HintView:
    """One hint; its blocks are ("prose", text) or ("code", text)."""

    title: str
    level: int
    levels: int
    blocks: tuple[tuple[str, str], ...]
    more: str


def hint_view(lesson: Lesson, name: str, level: int) -> HintView:
    """Hint `level` (from 1) of exercise `name`."""
    exercise = lesson.exercises[name]
    levels = len(exercise.hints)
    more = hint_call(name, level + 1) if level < levels else ""
    return HintView(exercise.title, level, levels, _blocks(exercise.hints[level - 1]), more)


def _blocks(text: str) -> tuple[tuple[str, str], ...]:
    """The paragraphs of `text`; those that are indented by four spaces are code."""
    blocks = []
    for paragraph in re.split(r"\n\s*\n", text.strip("\n")):
        is_code = all(row.startswith("    ") for row in paragraph.split("\n"))
        blocks.append(("code", dedent(paragraph)) if is_code else ("prose", " ".join(paragraph.split())))
    return tuple(blocks)


def not_yet_note(exercise: str, seen: Collection[int]) -> str:
    """What is said when an answer is asked for before all hints have been seen."""
    following = next(level for level in (1, 2, 3) if level not in seen)
    return f"There is a hint that you have not seen: {hint_call(exercise, following)}. For the answer, run this again."


def complete_note(lesson: Lesson, following: Lesson | None) -> str:
    """What is said when the last exercise of a lesson has passed."""
    done = f"All {len(lesson.exercises)} exercises pass."
    return f"{done} The next lesson is {following.title}." if following else f"{done} It was the last lesson so far."


@dataclass(frozen=True)
class Row:
    """An exercise in the overview of a lesson."""

    title: str
    verdict: str
    points: str
    note: str


@dataclass(frozen=True)
class Progress:
    """How far somebody is in a lesson."""

    title: str
    summary: str
    done: int
    rows: tuple[Row, ...]


def progress_view(lesson: Lesson, results: Mapping[str, ExerciseResult], read: Collection[str]) -> Progress:
    """Every exercise of `lesson` in order; without a result it has not been tried. `read`: whose answer was read."""
    known = {name: results[name] for name in lesson.exercises if name in results}
    passed = {name for name, result in known.items() if result.verdict == "passed"}
    total = number(sum(result.score for result in known.values()))
    summary = f"{len(passed)} of {len(lesson.exercises)} exercises passed · {total} points so far"
    waits = {
        name: [needed for needed in exercise.builds_on if needed not in passed]
        for name, exercise in lesson.exercises.items()
        if name not in passed
    }
    following = next_exercise(lesson, passed)
    notes = {following: "next"} | {name: _waiting(needed) for name, needed in waits.items() if needed}
    notes |= {name: "answer read" for name in lesson.exercises if name in read}
    rows = [_row(lesson, name, known.get(name), notes.get(name, "")) for name in lesson.exercises]
    return Progress(lesson.title, summary, len(passed), tuple(rows))


def next_exercise(lesson: Lesson, passed: AbstractSet[str]) -> str | None:
    """The first exercise that has not passed and waits for no other."""
    for name, exercise in lesson.exercises.items():
        if name not in passed and passed >= set(exercise.builds_on):
            return name
    return None


def _waiting(needed: list[str]) -> str:
    return f"waits for {listed(f'`{name}`' for name in needed)}"


def _row(lesson: Lesson, name: str, result: ExerciseResult | None, note: str) -> Row:
    heading = lesson.exercises[name].title
    if result is None:
        return Row(heading, "open", "", note)
    return Row(heading, state_of(result), score(result.score, result.max_score), note)
