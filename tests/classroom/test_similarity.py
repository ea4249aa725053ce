"""Pairs of similar answers: same up to names, comments and order; nothing short, given or common."""

from grader.classroom.similarity import similar_pairs
from grader.course.cells import exercise_cells
from grader.course.script import reference
from grader.results import Result

LESSON, EXERCISE = "01_plain_vae", "train_epoch"
ANSWER = '''
def share(total, count):
    return total / max(count, 1) if count else 0.0


def train_epoch(model, batches, optimizer):
    """One pass."""
    model.train()
    total, count = 0.0, 0
    for x in batches:
        x_hat, mu, log_var = model(x)
        loss = negative_elbo(x, x_hat, mu, log_var)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        total += loss.item() * x.shape[0]
        count += x.shape[0]
    return share(total, count)
'''
RENAMED = """
def train_epoch(net, data, opt):
    net.train()  # mine
    s, n = 0.0, 0
    for batch in data:
        out, m, lv = net(batch)
        l = negative_elbo(batch, out, m, lv)
        opt.zero_grad(set_to_none=True)
        l.backward()
        opt.step()
        s += l.item() * batch.shape[0]
        n += batch.shape[0]
    return mean_of(s, n)


def mean_of(s, n):
    return s / max(n, 1) if n else 0.0
"""
OTHER = ANSWER.replace("total / max(count, 1)", "max(count, 1) / total")


def pairs(exercise: str = EXERCISE, lesson: str = LESSON, **answers: str) -> list[tuple[str, str]]:
    results = [Result(student, lesson, 7, answers={exercise: code}) for student, code in answers.items()]
    return [pair.students for pair in similar_pairs(results)]


def test_the_same_up_to_names_comments_and_order():
    assert pairs(ann=ANSWER, bo=RENAMED, cy=OTHER) == [("ann", "bo")]


def test_another_function_of_the_library_is_another_answer():
    assert pairs(ann=ANSWER, bo=ANSWER.replace("x.shape[0]", "x.size(0)")) == []


def test_names_that_are_exchanged_are_another_answer():
    assert pairs(ann=ANSWER, bo=ANSWER.replace("(total, count):", "(count, total):")) == []


def test_the_order_of_steps_matters():
    swapped = ANSWER.replace(
        "        loss.backward()\n        optimizer.step()", "        optimizer.step()\n        loss.backward()"
    )
    assert swapped != ANSWER
    assert pairs(ann=ANSWER, bo=swapped) == []


def test_methods_in_another_order():
    head = "class VAE(nn.Module):\n"
    one = f"    def first(self, x):\n        return {' + '.join('x' * 30)}\n"
    two = f"    def second(self, x):\n        return {' * '.join('x' * 30)}\n"
    assert pairs("vae", ann=head + one + two, bo=head + two + one) == [("ann", "bo")]


def test_short_answers_say_nothing():
    code = "def train_epoch(model, batches, optimizer):\n    return sum(model(x).mean() for x in batches)"
    assert pairs(ann=code, bo=code) == []


def test_long_imports_comments_and_texts_do_not_make_an_answer_long():
    code = "import math\n" * 100 + "# x\n" * 100 + "def train_epoch(*a):\n" + "    'text ((('\n" * 100 + "    return 0"
    assert pairs(ann=code, bo=code) == []


def test_what_the_course_gives_says_nothing():
    code = reference(exercise_cells(LESSON)[EXERCISE].cell)
    assert pairs(ann=code, bo=code) == []


def test_what_many_have_says_nothing():
    assert len(pairs(**dict.fromkeys("abc", ANSWER))) == 3
    assert pairs(**dict.fromkeys("abcd", ANSWER)) == []


def test_what_python_cannot_read_is_like_nothing():
    deep = "x = " + "-" * 5000 + "1"
    huge = ANSWER + "y = 0x" + "f" * 5000
    for code in (ANSWER + "def", deep, huge, ANSWER + "\0"):
        assert pairs(ann=code, bo=code) == []


def test_a_lesson_that_is_not_known_is_compared_too():
    assert pairs(lesson="99_old", ann=ANSWER, bo=RENAMED) == [("ann", "bo")]


def test_pairs_with_more_alike_come_first_with_their_longest_answer():
    longer = ANSWER.replace("    model.train()", "    model.train()\n    model.zero_grad(set_to_none=model.training)")
    results = [
        Result("ann", LESSON, 7, answers={"fit": ANSWER}),
        Result("bo", LESSON, 7, answers={"fit": RENAMED}),
        Result("cy", LESSON, 7, answers={"train_epoch": ANSWER, "evaluate": longer}),
        Result("di", LESSON, 7, answers={"train_epoch": RENAMED, "evaluate": longer}),
    ]
    first, second = similar_pairs(results)
    assert (first.students, second.students) == (("cy", "di"), ("ann", "bo"))
    assert first.exercises == ((LESSON, "evaluate"), (LESSON, "train_epoch"))
    assert (first.longest, first.sources) == ((LESSON, "evaluate"), (longer, longer))
    assert second.sources == (ANSWER, RENAMED)
