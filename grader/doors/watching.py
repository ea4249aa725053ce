"""The verb `grader watch`: a notebook is checked whenever it is saved."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.doors.speaking import stop

if TYPE_CHECKING:
    from grader.doors.saves import Change, Saves, Standing
    from grader.submission.reading import StudentCell

POLL = 0.2  # seconds between two looks at the file
_KEYS = "h: a hint for the next exercise · p: all exercises · ?: these keys · q: quit"


def watch(
    notebook: Annotated[Path, typer.Argument(help="The notebook that you are working on.")],
    lesson: Annotated[str | None, typer.Option(help="The lesson, if the notebook does not say.")] = None,
    allow_unisolated: Annotated[
        bool, typer.Option("--allow-unisolated", help="Run the notebook even where it cannot be isolated.")
    ] = False,
) -> None:
    """Check a notebook whenever it is saved: what passes, and the next exercise. Keys: h for a hint, ? for help.

    Only what has changed is checked again. It runs until q or Ctrl-C, and then exits with 0; with 2 if it cannot start.
    """
    from grader.course.catalogue import UnknownLesson
    from grader.course.catalogue import lesson as find_lesson
    from grader.doors.keys import HUNG_UP, pressed
    from grader.doors.saves import Saves, Standing
    from grader.grading.grader import Grader, NotIsolated
    from grader.worker.warm_parent import CannotStart

    if not notebook.exists():
        stop(f"There is no {notebook}.")
    try:
        if lesson:
            find_lesson(lesson)
        with _until_interrupted(), Grader(allow_unisolated=allow_unisolated) as grader, pressed() as wait:
            saves, display = Saves(notebook), _Display(Standing(grader, lesson))
            display.say(f"Watching {notebook}: save it, and it is checked. {_KEYS if wait else 'Ctrl-C ends it.'}")
            key = ""
            while key not in ("q", HUNG_UP):
                display.show(saves)
                if wait is None:
                    time.sleep(POLL)
                else:
                    display.answer(key := wait(POLL))
    except (NotIsolated, UnknownLesson, CannotStart, OSError) as error:
        stop(str(error))


@contextmanager
def _until_interrupted() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        typer.echo()


class _Display:
    """What is printed: after a save what has changed, and the next exercise when there is something new about it."""

    def __init__(self, standing: Standing) -> None:
        from rich.console import Console

        self._console = Console(highlight=False)
        self._standing = standing
        self._begun = False
        self._unsaid = False  # whether something was checked and the next exercise has not been shown since
        self._card = ""
        self._notes: list[str] = []

    def say(self, text: str, style: str = "") -> None:
        from rich.text import Text

        self._console.print(Text(text, style), soft_wrap=True)

    def show(self, saves: Saves) -> None:
        """Says what a save has changed; nothing if there was none."""
        from grader.submission.reading import Unreadable

        try:
            cells = saves.read()
            if cells is not None:
                self._check(cells, saves)
        except Unreadable as reason:
            self.say(f"{reason} Save it again, and it is checked again.", "yellow")

    def answer(self, key: str) -> None:
        """Says what a key asks for."""
        if key == "h":
            self._hint()
        elif key == "p":
            self._overview()
        elif key == "?":
            self.say(_KEYS)

    def _check(self, cells: list[StudentCell], saves: Saves) -> None:
        with closing(self._standing.take(cells)) as changes:
            for change in changes:
                self._unsaid = True
                if self._begun:
                    self._change(change)
                if saves.pending():  # what is newer counts more
                    return
        if not self._begun:
            self._overview()
            self._begun = True
        if self._unsaid:
            self._news()
            self._unsaid = False

    def _change(self, change: Change) -> None:
        """A line for an exercise that was worked on, or whose result is another now."""
        from grader.render.view import SYMBOLS, WORDS, points, state_of, title

        if not change.own and change.result == change.before:
            return
        result, state = change.result, state_of(change.result)
        line = f"{SYMBOLS[state]} {title(self._standing.lesson, result.name)}: {WORDS[state]}"
        if state != "unwritten":
            line += f", {points(result.score, result.max_score)}"
        if change.before and state_of(change.before) != state:
            line += f" (was: {WORDS[state_of(change.before)]})"
        self.say(line, {"passed": "green", "failed": "red"}.get(state, ""))

    def _news(self) -> None:
        """New notes on the notebook, and the card of the next exercise, unless that was the last one shown."""
        from grader.render.card import card_text

        for note in self._standing.notes:
            if note not in self._notes:
                self.say(note, "yellow")
        self._notes = self._standing.notes
        lesson, name = self._standing.lesson, self._standing.next_exercise
        assert lesson is not None
        card = f"\nNext: {card_text(self._standing.results[name], lesson)}\n" if name else "All exercises pass."
        if card != self._card:
            self.say(card)
        self._card = card

    def _overview(self) -> None:
        from grader.render.card import progress_text

        if self._standing.lesson:
            self.say(progress_text(self._standing.lesson, self._standing.results))

    def _hint(self) -> None:
        """The first hint for the next exercise that has not been seen, else the last one."""
        from grader.doors.progress import HINTS, Record
        from grader.render.card import hint_text

        lesson, name = self._standing.lesson, self._standing.next_exercise
        if lesson is None or name is None:
            return
        record = Record.load()
        seen = record.hints.get(name, ())
        level = next((level for level in range(1, HINTS + 1) if level not in seen), HINTS)
        record.with_hint(name, level).write()
        self.say(hint_text(lesson, name, level))
