"""Hand-ins that are notebooks nearly: the course's own, changed in their bytes, their JSON and their cells' sources."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from grader.course.catalogue import lesson, lesson_ids
from grader.course.folders import COURSE
from grader.submission import plan
from grader.submission.reading import Unreadable, read_notebook
from tests.notebooks import submission_json

ATOMS: list[Any] = [
    *(None, True, 0, -1, 2**70, 1.5, float("nan"), float("inf"), "", "x", "\ud800", "\x00", "code", "markdown", 4, "4"),
    *([], {}, [[]], [None], ["x", 3], {"nbgrader": {"grade_id": 3}}, {"nbgrader": {"grade_id": "vae"}}, "vae", "fit"),
    *("def f(): pass", "trained_vae = 1", "a" * 100_000, ["\n"] * 2000, "\n" * 5000, "\\" * 5000, "é" * 1000),
]
# Text that is hard on Python's tokenizer, parser or symbol table: (before, repeated, between, repeated, after).
# fmt: off
_PARTS: list[tuple[str, str, str, str, str]] = [
    ("", "(", "1", ")", ""), ("", "[", "", "]", ""), ("", "{", "", "}", ""), ("", "{1:", "1", "}", ""),
    ("", "f(", "1", ")", ""), ("", "f(a=", "1 1", ")", ""), ("", "-", "1", "", ""), ("", "not ", "1", "", ""),
    ("", "lambda:", "1", "", ""), ("", "(lambda x=", "1", ":0)", ""), ("", "await ", "x", "", ""),
    ("a", ".b", "", "", ""), ("a", "[0]", "", "", ""), ("1", "+1", "", "", ""), ("1", "**1", "", "", ""),
    ("1", "<1", "", "", ""), ("", "x=", "1", "", ""), ("", "1 if 1 else ", "1", "", ""),
    ("", "[x for x in ", "y", "]", ""), ("", "[", "x x", " for x in y]", ""), ("", "(x:=", "1", ")", ""),
    ("", "(", "x", ",)", ""), ("", "*", "x", "", ""), ("", "a[", "0", "]", ""), ("", "a[(", "b b", ")].c", ""),
    ("", "@a\n", "def f(): pass", "", ""), ("", "(yield ", "", ")", ""), ("", "'a'", "", "", ""),
    ("", "f'{x}'", "", "", ""), ("", "x:", "1", "", ""), ("", "\\\n", "x", "", ""), ("", " ", "x", "", ""),
    ("", "'", "", "", ""), ("", '"""', "", "", ""), ("", "#", "", "", ""), ("", "\t", "x", "", ""),
    ("", ";", "", "", ""), ("", "é", "", "", ""), ("", "\ufdfa", "", "", ""), ("", "\x0c", "x", "", ""),
    ("", "\r", "x", "", ""), ("", "\0", "", "", ""), ("", "9", "", "", ""), ("0x", "f", "", "", ""),
    ("1e", "9", "", "", ""), ("", "({[f(*", "a b", ")]})", ""), ("", "print ", "x", "", ""), ("", ".", "", "", ""),
    ("", "(lambda a=[x if {1:", "a b", "} else 1]:1)", ""), ("f'", "{x}", "", "", "'"), ("f'", "{", "x", "}", "'"),
    ("f'{", "(", "x", ")", "}'"), ("import a", ".a", "", "", ""), ("from ", ".", "", "", " import a"),
    ("if 1: pass\n", "elif 1: pass\n", "", "", ""), ("def f(", "a,", "b c", "", "): pass"),
    ("f(", "a=1,", "b)", "", ""), ("[", "a,", "b c]", "", ""), ("{", "a:b,", "b:}", "", ""),
    ("with ", "x as y,", "z: pass", "", ""), ("with (", "x as y,", "z pass", "", ""), ("global a", ",a", "", "", ""),
    ("try:\n pass\n", "except A: pass\n", "", "", ""), ("match x:\n case ", "[", "y", "]", ": pass"),
    ("match x:\n case ", "A(b=", "y y", ")", ": pass"), ("[x ", "for x in y ", "", "", "]"),
    ("x = '", "\\N{DIGIT ONE}", "", "", "'"), ("x = 1 # type: ", "int", "", "", ""),
    ("for ", "(", "x", ",)", " in y pass"), ("del ", "(", "x", ",)", ""), ("", "a\n", "a b", "", ""),
    ("", "def f():\n  return 1\n", "a b", "", ""),
]
# fmt: on


def _repeated(parts: tuple[str, str, str, str, str]) -> Callable[[int], str]:
    before, left, between, right, after = parts
    return lambda n: before + left * n + between + right * n + after


def _nested(head: str, deepest: int) -> Callable[[int], str]:
    def text(n: int) -> str:
        depth = min(n, deepest)
        return "".join(f"{' ' * level}{head}\n" for level in range(depth)) + " " * depth + "pass"

    return text


HARD: list[Callable[[int], str]] = [
    *map(_repeated, _PARTS),
    *(_nested(head, deepest) for head in ("if 1:", "def f():", "class f:", "for x in y:") for deepest in (99, 250)),
    lambda n: "\n".join(f"a{i} = 1" for i in range(n)),
    lambda n: "def f(" + ",".join(f"a{i}" for i in range(n)) + "): pass",
]
COUNTS = (20, 95, 190, 210, 1000, 3000)
TOKENS = [*"()[]{}:,;.=@\\'\"01x#?$é", "==", ":=", "**", "...", "->", "'''", "f'", 'f"', "r'", "b'", "1e9", "1_", "0x"]
TOKENS += ["lambda", "yield", "await", "async", "def", "class", "for", "while", "if", "elif", "else", "try", "except*"]
TOKENS += ["finally", "with", "as", "match", "case", "import", "from", "del", "global", "return", "not", "in"]
TOKENS += ["\n", "\n ", "\n    ", "\t", "\0", "\x0c", "\r", "\ufeff", "\ud800", " ", "#", "%%time\n", "!ls\n", "?", "$"]


class NotebookMutator:
    """Makes files that are notebooks of the course nearly. The same `random` gives the same files."""

    def __init__(self, choices: random.Random) -> None:
        self.random = choices
        self._originals = [_original(lesson_id) for lesson_id in lesson_ids()]

    def file(self) -> bytes:
        """The bytes of one file: most are still JSON, and most of those still a notebook."""
        notebook = json.loads(self.random.choice(self._originals))
        match self.random.choices(("cells", "sources", "tree", "bytes", "nothing"), (5, 9, 4, 3, 1))[0]:
            case "cells":
                self._change_cells(notebook)
            case "sources":
                for _ in range(self.random.choice((1, 1, 3))):
                    self.random.choice(notebook["cells"])["source"] = self.source()
            case "tree":
                for _ in range(self.random.choice((1, 1, 3))):
                    self._change_tree(notebook)
            case "bytes":
                return self._changed_bytes(_dumped(notebook))
        return _dumped(notebook)

    def source(self) -> str:
        """A cell's text that Python may find hard, or tokens in no order, or an answer with something put in."""
        kind = self.random.randrange(4)
        if kind == 0:
            return self.random.choice(("", "x = ", "def vae():\n return ")) + self._hard()
        if kind == 1:
            return self.random.choice(("", " ")).join(
                self.random.choices(TOKENS, k=self.random.choice((3, 12, 60, 400)))
            )
        original = json.loads(self.random.choice(self._originals))
        text = "".join(
            self.random.choice([cell["source"] for cell in original["cells"] if cell["cell_type"] == "code"])
        )
        at = self.random.randrange(len(text) + 1)
        if kind == 2:
            return text[:at] + self.random.choice((self.random.choice(TOKENS), self._hard())) + text[at:]
        return text[:at] + text[self.random.randrange(len(text) + 1) :]

    def _hard(self) -> str:
        text = self.random.choice(HARD)(self.random.choice(COUNTS))
        if self.random.random() < 0.3:
            text = text.replace(self.random.choice(text or " "), self.random.choice(TOKENS), 1)
        if self.random.random() < 0.2:
            text = "(" + self.random.choice(HARD)(self.random.choice(COUNTS[:3])) + "," + text + ")"
        return text

    def _change_cells(self, notebook: dict[str, Any]) -> None:
        cells = notebook["cells"]
        at, other = self.random.randrange(len(cells)), self.random.randrange(len(cells))
        match self.random.randrange(8):
            case 0:
                del cells[at]
            case 1:
                cells[at], cells[other] = cells[other], cells[at]
            case 2:
                cells.insert(at, dict(cells[other]))
            case 3:
                for cell in cells:
                    cell.pop(self.random.choice(("id", "metadata", "cell_type", "source")), None)
            case 4:
                cells[at]["id"] = cells[other].get("id")
            case 5:
                cells[at]["cell_type"] = self.random.choice(("markdown", "raw", "code", None))
            case 6:
                notebook["cells"] = cells * self.random.choice((2, 20, 100))
            case 7:
                cells[:] = [{"cell_type": "code", "source": self.source()} for _ in range(self.random.choice((1, 50)))]

    def _change_tree(self, tree: Any) -> None:
        """Replaces, wraps or drops one value, found by going down at random."""
        while True:
            key = self.random.choice(list(tree)) if type(tree) is dict else self.random.randrange(len(tree))
            if type(tree[key]) not in (dict, list) or not tree[key] or self.random.random() < 0.15:
                break
            tree = tree[key]
        match self.random.randrange(5):
            case 0:
                del tree[key]
            case 1:
                for _ in range(self.random.choice((1, 5, 200))):
                    tree[key] = [tree[key]]
            case 2 if type(tree) is dict:
                tree[self.random.choice(("nbformat", "cells", "source", "metadata", "id"))] = tree[key]
            case _:
                tree[key] = copy.deepcopy(self.random.choice(ATOMS))  # it may be changed by the next call

    def _changed_bytes(self, content: bytes) -> bytes:
        at = self.random.randrange(len(content) + 1)
        match self.random.randrange(6):
            case 0:
                return content[:at]
            case 1:
                return content[:at] + self.random.randbytes(self.random.choice((1, 3, 50))) + content[at:]
            case 2:
                return content[:at] + self.random.choice((b"[", b'{"a":')) * 100_000 + content[at:]
            case 3:
                number = self.random.choice((b"9" * 400, b"9" * 9999, b"1e999", b"NaN", b"-0"))
                return content.replace(b": 4", b": " + number, 1)
            case 4:
                return content.decode().encode(self.random.choice(("utf-16", "utf-32", "utf-8-sig")))
        return content + content[at:]


def read_through(path: Path) -> str:
    """Reads a hand-in as grading does, up to the cells to run. What it ended in."""
    try:
        cells = read_notebook(path)
        the_lesson = lesson(plan.recognise_lesson(cells))
    except Unreadable as reason:
        if len(str(reason)) > 1000 or not str(reason).endswith("."):
            raise RuntimeError("not a sentence") from reason
        return "Unreadable"
    submission = plan.sort_cells(the_lesson, cells)
    plan.steps(submission)
    plan.steps(submission, frozenset(the_lesson.exercises))
    [submission.is_untouched(name) for name in the_lesson.exercises]
    len(submission.written_again)
    return "read"


def _original(lesson_id: str) -> str:
    released = COURSE.notebook(lesson_id)
    return released.read_text("utf-8") if released.exists() else json.dumps(submission_json(lesson_id=lesson_id))


def _dumped(notebook: Any) -> bytes:
    return json.dumps(notebook, ensure_ascii=True).encode()
