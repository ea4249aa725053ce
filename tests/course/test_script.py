"""Reading lessons: what the markers mean, and what is refused with which words."""

import pytest

from grader.course import script
from grader.course.folders import COURSE

LESSONS = sorted(COURSE.solutions.glob("[0-9]*.py"))

SMALL = '''\
# %% [markdown]
# # Halves
#
# A picture: ![what you will see](attachment:cover.png)

# %%
import math


def helper():
    return math.pi


# %% exercise="half"
def half(x):
    """Half of x."""
    ### BEGIN SOLUTION
    halved = x / 2
    return halved
    ### END SOLUTION


# %% check="half"
check("half")

# %% demo="cover"
print(half(1))

# %% demo
print(half(2))

# %% answers [markdown]
# Half of 2 is 1.
'''


@pytest.fixture
def lesson(tmp_path):
    """Writes a script and gives its path."""

    def write(text):
        path = tmp_path / "01_halves.py"
        path.write_text(text, "utf-8")
        return path

    return write


def test_cells_have_kind_and_name(lesson):
    cells = script.read(lesson(SMALL))
    assert [(cell.kind, cell.name) for cell in cells] == [
        ("markdown", ""),
        ("setup", ""),
        ("exercise", "half"),
        ("check", "half"),
        ("demo", "cover"),
        ("demo", ""),
        ("answers", ""),
    ]
    assert cells[0].source == "# Halves\n\nA picture: ![what you will see](attachment:cover.png)"
    assert cells[1].source == "import math\n\n\ndef helper():\n    return math.pi"
    assert [cell.is_code for cell in cells] == [False, True, True, True, True, True, False]


def test_a_demo_may_say_what_its_picture_shows(lesson):
    told = SMALL.replace('demo="cover"', 'demo="cover" alt="A half"').replace("# %% demo\n", '# %% demo alt="One"\n')
    cells = script.read(lesson(told))
    assert [(cell.name, cell.alt) for cell in cells if cell.kind == "demo"] == [("cover", "A half"), ("", "One")]
    assert script.cell_ids(cells) == script.cell_ids(script.read(lesson(SMALL)))


def test_cell_ids_are_the_exercise_or_kind_and_number(lesson):
    ids = script.cell_ids(script.read(lesson(SMALL)))
    assert ids == ["markdown-01", "setup-01", "half", "check_half", "demo-01", "demo-02", "answers-01"]


def test_stub_names_the_exercise_and_holds_no_answer(lesson):
    stub = script.stub(script.read(lesson(SMALL))[2])
    assert "halved" not in stub
    assert "SOLUTION" not in stub
    names = {}
    exec(stub, names)
    with pytest.raises(NotImplementedError, match="exercise half"):
        names["half"](1)


def test_every_region_of_a_cell_is_stubbed():
    cell = script.Cell(
        "exercise",
        "pair",
        "class Pair:\n"
        "    def one(self):\n        ### BEGIN SOLUTION\n        return 1\n        ### END SOLUTION\n\n"
        "    def two(self):\n        ### BEGIN SOLUTION\n        return 2\n        ### END SOLUTION",
    )
    names = {}
    exec(script.stub(cell), names)
    for method in ("one", "two"):
        with pytest.raises(NotImplementedError, match="exercise pair"):
            getattr(names["Pair"](), method)()
    assert script.solution_lines(cell) == ["return 1", "return 2"]


def test_reference_is_the_answer_without_markers(lesson):
    reference = script.reference(script.read(lesson(SMALL))[2])
    assert reference == 'def half(x):\n    """Half of x."""\n    halved = x / 2\n    return halved'


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("# %% demo\n", "# %% quiz\n", ["'# %% quiz'", "unknown cell marker"]),
        ('exercise="half"', 'exercise="Half!"', ["unknown cell marker", "Half!"]),
        ("# %% demo\n", '# %% tags=["demo"]\n', ["unknown cell marker"]),
        ("# %% demo\n", '# %% demo alt=""\n', ["unknown cell marker"]),
        ('# %% check="half"', '# %% check="half" alt="x"', ["unknown cell marker"]),
        ("# %% demo\n", "# %% [raw]\n", ["unknown cell marker"]),
        ('check="half"', 'check="third"', ['check="third"', "no exercise of this name"]),
        ('# %% check="half"\ncheck("half")', "", ['exercise="half"', 'no check="half"']),
        ('check("half")', 'check("half")  # now', ["exactly"]),
        ("# %% demo\n", '# %% check="half"\ncheck("half")\n\n# %% demo\n', ['check="half"', "two cells"]),
        (
            "# %% demo\n",
            SMALL[SMALL.index("# %% exercise") : SMALL.index("# %% check")],
            ["half", "two cells"],
        ),
        ("    ### END SOLUTION\n", "", ['exercise="half"', "pairs"]),
        ("    ### BEGIN SOLUTION\n", "", ['exercise="half"', "pairs"]),
        ("### BEGIN SOLUTION", "# BEGIN SOLUTION", ['exercise="half"', "pairs"]),
        ("    ### BEGIN SOLUTION\n", "    ### BEGIN SOLUTION\n    ### BEGIN SOLUTION\n", ["pairs"]),
        ("    halved = x / 2\n    return halved\n", "", ["nothing between"]),
        ("print(half(2))", "### BEGIN SOLUTION\n1\n### END SOLUTION", ["outside an exercise cell", "demo"]),
        ("# A picture", "A picture", ["[markdown]", "not a comment"]),
        ("# %% [markdown]\n", "import os\n\n# %% [markdown]\n", ["'import os'", "before the first"]),
    ],
)
def test_refuses(lesson, old, new, words):
    assert old in SMALL
    path = lesson(SMALL.replace(old, new))
    with pytest.raises(script.SourceError) as refusal:
        script.read(path)
    for word in [str(path), *words]:
        assert word in str(refusal.value)


def test_refuses_an_exercise_without_markers(lesson):
    bare = SMALL.replace("    ### BEGIN SOLUTION\n", "").replace("    ### END SOLUTION\n", "")
    with pytest.raises(script.SourceError, match="no ### BEGIN SOLUTION"):
        script.read(lesson(bare))


def test_refuses_an_empty_file(lesson):
    with pytest.raises(script.SourceError, match="no cell"):
        script.read(lesson("\n"))


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("def f(x): y = 1", {"f"}),
        ("class A:\n    b = 1", {"A"}),
        ("a, (b, *c) = 1, (2, 3)\nd: int = 4", {"a", "b", "c", "d"}),
        ("import os.path\nfrom x import y as z", {"os", "z"}),
        ("for i in range(3):\n    with open(i) as f:\n        pass", {"i", "f"}),
        ("if True:\n    g = lambda t: t\nprint(g)", {"g"}),
        ("o.attribute = o[0] = 1\n[k for k in 'ab']", set()),
        (r"pattern = '\d'", {"pattern"}),
        ("", set()),
    ],
)
def test_defines(code, names):
    assert script.defines(code) == names


@pytest.mark.parametrize(
    "code",
    ["def f(:", "%time", "\0", "\ud800", "-" * 100_000 + "1", "a" + ".b" * 100_000],
    ids=["syntax", "magic", "null", "surrogate", "nested", "long"],
)
def test_defines_raises_nothing_but_syntax_errors(code):
    with pytest.raises(SyntaxError):
        script.defines(code)


@pytest.mark.parametrize("path", [None, *LESSONS], ids=["small", *(path.stem for path in LESSONS)])
def test_jupytext_reads_the_same_cells(path, lesson):
    import jupytext

    path = path or lesson(SMALL)
    notebook = jupytext.read(path, fmt="py:percent")
    mine = [("code" if cell.is_code else "markdown", cell.source) for cell in script.read(path)]
    assert mine == [(cell.cell_type, cell.source) for cell in notebook.cells]


def test_code_that_python_reads_in_the_square_of_its_length_is_not_read():
    """200,000 characters of this take Python half a minute."""
    with pytest.raises(SyntaxError, match="longer than"):
        script.defines("import a" + ".a" * 100_000)
