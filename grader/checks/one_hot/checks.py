"""Checks of lesson 02: labels for networks."""

from __future__ import annotations

import math
from weakref import WeakKeyDictionary

import torch

from grader.checks.kit.contracts import assert_float, assert_modes_kept, assert_nothing_changed, gradients_of
from grader.checks.kit.probes import attempt, side_effects
from grader.checks.kit.vocabulary import assert_matches, assert_number, assert_tensor, describe, expect, fail, worth
from grader.checks.one_hot import oracles, probes
from vaelab import data

INTEGERS = [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64]


def some_labels(draw, classes):
    """Seven labels: 0 and one class twice among them, but neither of the two highest classes."""
    drawn = draw.integers(1, classes - 2, 4)
    return torch.cat([torch.tensor([0]), drawn, drawn[:1], torch.tensor([classes - 3])])


def numbers_of(result):
    """The result as float32 whatever its dtype, so that a wrong dtype costs its own check only."""
    expect(isinstance(result, torch.Tensor), f"Expected a tensor of rows, got {describe(result)}.")
    return result.float()


def row_suspects(asked, classes):
    """What wrong ideas make of labels (B,) or (B, 1)."""
    right = oracles.rows(asked, classes)
    flat = asked.flatten()
    suspects = {
        "one-hot-width-from-batch": oracles.rows(asked, int(asked.max()) + 1),
        "one-hot-counts-from-one": [oracles.rows(asked - 1, classes), oracles.rows((asked - 1) % classes, classes)],
        "one-hot-transposed": right.T,
        "one-hot-holds-the-label": right * flat[:, None],
        "one-hot-inverted": 1 - right,
        "one-hot-extra-dimension": [right[:, None], right[..., None], right[:, None, :, None]],
        "one-hot-label-stays-a-number": [flat.float(), flat.float()[:, None]],
    }
    if len(right) == 1:
        suspects["one-hot-squeezes-the-batch"] = right[0]
    return suspects


def assert_rows(result, asked, classes, what):
    assert_matches(numbers_of(result), oracles.rows(asked, classes), what=what, suspects=row_suspects(asked, classes))


class TestOneHot:
    """Labels as rows with a single 1."""

    @worth(12)
    def test_values(self, student, draw):
        """puts a 1 in the label's column and 0 elsewhere, for any number of labels and classes"""
        for classes in (11, 5, 23):
            asked = some_labels(draw, classes)
            assert_rows(student.one_hot(asked, classes), asked, classes, f"the rows of {asked.tolist()}")

    @worth(4, after=["values", "columns"])
    def test_float32(self, student, draw):
        """gives float32, which is what a layer takes"""
        result = student.one_hot(some_labels(draw, 11), 11)
        expect(isinstance(result, torch.Tensor), f"Expected a tensor of rows, got {describe(result)}.")
        expect(
            result.dtype == torch.float32,
            f"Expected float32, got {str(result.dtype).removeprefix('torch.')}: a linear layer cannot take that.",
            None if result.is_floating_point() else "one-hot-not-float",
        )

    @worth(6)
    def test_integer_types(self, student, draw):
        """takes labels of every integer dtype, uint8 among them"""
        asked = some_labels(draw, 11)
        for dtype in INTEGERS:
            name = str(dtype).removeprefix("torch.")
            outcome = student.run(attempt, "one_hot", asked.to(dtype), 11)
            if "raised" in outcome:
                fine = "value" in student.run(attempt, "one_hot", asked, 11)
                message = f"Your `one_hot` raised {outcome['raised']} for labels of dtype {name}."
                fail(message, "one-hot-int64-only" if fine and dtype != torch.int64 else None)
            assert_rows(outcome["value"], asked, 11, f"the rows of {name} labels")

    @worth(6)
    def test_columns(self, student, draw):
        """takes labels of shape (B, 1) too, and batches of one in either shape"""
        asked = some_labels(draw, 11)
        assert_rows(student.one_hot(asked[:, None], 11), asked, 11, "the rows of labels of shape (7, 1)")
        one = asked[-1:]
        for shape in [(1,), (1, 1)]:
            assert_rows(student.one_hot(one.reshape(shape), 11), one, 11, f"the row of one label of shape {shape}")

    @worth(5)
    def test_no_labels(self, student, draw):
        """gives (0, num_classes) for no labels"""
        for shape in [(0,), (0, 1)]:
            outcome = student.run(attempt, "one_hot", torch.zeros(shape, dtype=torch.int64), 6)
            if "raised" in outcome:
                fine = "value" in student.run(attempt, "one_hot", some_labels(draw, 11), 11)
                message = f"Your `one_hot` raised {outcome['raised']} for an empty batch, labels of shape {shape}."
                fail(message, "one-hot-fails-on-empty" if fine else None)
            shown = tuple(numbers_of(outcome["value"]).shape)
            expect(shown == (0, 6), f"Expected shape (0, 6) for labels of shape {shape}, got {shown}.")

    @worth(6, after=["values"])
    def test_out_of_range(self, student, draw):
        """raises ValueError for labels outside 0 … num_classes - 1"""
        good = some_labels(draw, 11)
        cases = {bad: torch.cat([good, torch.tensor([bad])]) for bad in (11, 14, -1, -11, -13)}
        outcomes = {bad: student.run(attempt, "one_hot", asked, 11) for bad, asked in cases.items()}
        refused = {bad: "ValueError" in outcome.get("kinds", []) for bad, outcome in outcomes.items()}
        for bad, outcome in outcomes.items():
            if not refused[bad]:
                name = "one-hot-forgets-negatives" if refused[11] and refused[14] else None
                if name is None and "value" in student.run(attempt, "one_hot", good, 11):
                    name = misplaced(outcome, cases[bad], 11)
                fail(f"Expected a ValueError for the label {bad} of 11 classes, got {told(outcome)}.", name)

    @worth(2, after=["values"])
    def test_floats(self, student):
        """raises ValueError for floating-point oracles, also for 2.0"""
        for asked in (torch.tensor([0.0, 1.7, 2.0]), torch.tensor([2.0, 1.0])):
            outcome = student.run(attempt, "one_hot", asked, 5)
            if "ValueError" not in outcome.get("kinds", []):
                truncated = "value" in outcome and same(outcome["value"], oracles.rows(asked.long(), 5))
                name = "one-hot-truncates-floats" if truncated else None
                shown = ", ".join(f"{value:g}" for value in asked.tolist())
                fail(f"Expected a ValueError for the labels [{shown}], got {told(outcome)}.", name)

    @worth(2, after=["values"])
    def test_device(self, student, draw):
        """leaves the rows on the labels' device (followed without a GPU)"""
        asked = some_labels(draw, 11)
        place = student.run(probes.on_another_device, "one_hot", asked, 11)
        right = same(student.one_hot(asked, 11), oracles.rows(asked, 11))
        expect(
            place not in ("mixed", "here"),
            "With labels on a GPU, something that your `one_hot` creates would be on the CPU."
            + (" PyTorch refuses to mix the two." if place == "mixed" else " The rows would be there, too."),
            "one-hot-built-on-the-cpu" if right else None,
        )

    @worth(2, after=["values"])
    def test_leaves_labels_alone(self, student, draw):
        """does not change the oracles, nor the global modes"""
        asked = some_labels(draw, 11)
        for given in (asked, asked[:, None]):
            seen = student.run(side_effects, "one_hot", given, 11)
            expect(
                all(torch.equal(labels, given) for labels, _ in seen["arguments"]),
                f"`one_hot` changes the labels that it is given, which had shape {tuple(given.shape)}.",
                "arguments-changed-in-place",
            )
            for before, after in zip(seen["before"], seen["after"], strict=True):
                assert_modes_kept(before, after, "`one_hot`")


def told(outcome):
    """An outcome in words."""
    return outcome["raised"] if "raised" in outcome else describe(outcome["value"])


def same(result, expected):
    return (
        isinstance(result, torch.Tensor)
        and result.shape == expected.shape
        and torch.equal(result.float(), expected.float())
    )


def misplaced(outcome, asked, classes):
    """The misconception behind a wrong answer to impossible oracles, or None."""
    if "raised" in outcome:
        if "AssertionError" in outcome["kinds"]:
            return "one-hot-asserts"
        pytorch = outcome["raised"] in ("IndexError", "RuntimeError") and not outcome["line"].startswith("raise")
        return "one-hot-leaves-errors-to-pytorch" if pytorch else None
    whole = asked.long()
    suspects = {
        "one-hot-blank-for-impossible": oracles.rows(asked, classes),
        "one-hot-wraps-around": oracles.rows(whole % classes, classes),
        "one-hot-clamps": oracles.rows(whole.clamp(0, classes - 1), classes),
        "one-hot-width-from-batch": oracles.rows(whole, max(classes, int(whole.max()) + 1)),
    }
    named = [name for name, value in suspects.items() if same(outcome["value"], value)]
    return named[0] if named else None


class TestCondition:
    """A label joined to what enters a network."""

    @worth(8)
    def test_values(self, student, draw):
        """keeps the columns of v first and puts those of c to their right"""
        v, c = draw(5, 7), oracles.rows(draw.integers(0, 3, 5), 3)
        suspects = {
            "condition-label-first": torch.cat([c, v], 1),
            "condition-multiplies": [(v[:, :, None] * c[:, None]).flatten(1), (c[:, :, None] * v[:, None]).flatten(1)],
            "condition-appends-the-integer": torch.cat([v, c.argmax(1, keepdim=True).float()], 1),
            "condition-drops-the-label": v,
        }
        assert_matches(student.condition(v, c), torch.cat([v, c], 1), suspects=suspects)

    @worth(4)
    def test_sizes(self, student, draw):
        """works for any sizes: as many classes as columns, and a single row"""
        v, c = draw(4, 6), oracles.rows(draw.integers(0, 6, 4), 6)
        suspects = {
            "condition-stacks-rows": [torch.cat([v, c]), torch.cat([c, v])],
            "condition-adds": v + c,
            "condition-multiplies": [v * c, (v[:, :, None] * c[:, None]).flatten(1)],
            "condition-label-first": torch.cat([c, v], 1),
            "condition-adds-a-dimension": [torch.stack([v, c], dim) for dim in range(3)],
        }
        assert_matches(student.condition(v, c), torch.cat([v, c], 1), suspects=suspects)
        v, c = draw(1, 9), oracles.rows(draw.integers(0, 4, 1), 4)
        assert_matches(student.condition(v, c), torch.cat([v, c], 1), what="the result for a batch of one")

    @worth(5)
    def test_gradients(self, student, draw):
        """lets gradients through to v and to c"""
        v, c, weights = draw(4, 6), oracles.rows(draw.integers(0, 3, 4), 3), draw(4, 9)
        _, gradients = gradients_of(
            student, "condition", weights, v, c, needed=(0, 1), what="the result", misconception="graph-cut"
        )
        for name, gradient, wanted in zip("vc", gradients, weights.split([6, 3], 1), strict=True):
            assert_matches(gradient, wanted, what=f"the gradient of `{name}`")

    @worth(3, after=["values"])
    def test_leaves_arguments_alone(self, student, draw):
        """does not change v, c or the global modes"""
        assert_nothing_changed(student, "condition", draw(4, 6), oracles.rows(draw.integers(0, 3, 4), 3))


LOSSES = ("integer", "integer_renumbered", "one_hot", "one_hot_renumbered", "floor")
PICTURES = ("pictures_integer", "pictures_one_hot")
NUMBERS = torch.arange(10)
RENUMBERED = torch.tensor([3, 8, 5, 2, 6, 9, 0, 7, 1, 4])
SHORT_OF_BEST = 1.5  # nats: `train_painter` ends within 0.4 of the best that each encoding allows
ON_A_LINE = 0.01

_experiments = WeakKeyDictionary()


def results(student):
    """The experiment's dict: run once for all checks of one submission, since it trains four networks."""
    channel = student._channel
    if channel not in _experiments:
        entries = student.run(probes.call, "label_encoding_experiment")
        expect(isinstance(entries, dict), f"Expected a dict, got {describe(entries)}.")
        _experiments[channel] = entries
    return _experiments[channel]


def entry(student, key):
    entries = results(student)
    expect(key in entries, f"The dict has no entry {key!r}; its entries are {', '.join(map(str, entries)) or 'none'}.")
    return entries[key]


def loss(student, key):
    """A loss, also when it came as a tensor: its type costs its own check only."""
    value = entry(student, key)
    return value.item() if isinstance(value, torch.Tensor) and value.numel() == 1 else assert_number(value, name(key))


def pictures(student, key):
    painted = assert_tensor(entry(student, key), (10, 784), name(key))
    inside = bool(((painted >= 0) & (painted <= 1)).all())
    expect(inside, f"Expected pixels between 0 and 1 in {name(key)}, got {painted.min():.3g} to {painted.max():.3g}.")
    return painted


def name(key):
    return f"results[{key!r}]"


def train():
    return data.load("digits", "train")


def floor():
    """The loss of painting each class's mean."""
    images, asked = train()
    return oracles.painting_loss(oracles.class_means(asked, images), asked, images)


def assert_loss_of(value, painted, key):
    """`value` is what painting these pictures costs on the training digits."""
    images, asked = train()
    right = oracles.painting_loss(painted, asked, images)
    held_out = data.load("digits", "test")
    assert_matches(
        value,
        right,
        what=f"{name(key)}, given your pictures,",
        rtol=2e-4,
        suspects={
            "bce-mean-over-pixels": right / 784,
            "bce-summed-over-batch": right * len(asked),
            "bce-in-bits": right / 0.6931472,
            "painter-measured-on-test-images": oracles.painting_loss(painted, held_out.labels, held_out.images),
        },
    )


class TestLabelEncodingExperiment:
    """What a network makes of an integer, and what of one-hot."""

    @worth(4, after=["integer", "one_hot", "floor"])
    def test_form(self, student):
        """returns every entry in its form: losses as floats, pictures (10, 784) without a graph"""
        for key in LOSSES:
            assert_float(entry(student, key), name(key))
        for key in PICTURES:
            pictures(student, key)
            expect(not entry(student, key).requires_grad, f"{name(key)} still carries a graph: use `torch.no_grad()`.")

    @worth(7)
    def test_integer(self, student):
        """paints from the bare integer: pictures on one line, and their loss"""
        value, painted = loss(student, "integer"), pictures(student, "pictures_integer")
        images, asked = train()
        if oracles.off_the_line(painted, NUMBERS) > ON_A_LINE:
            close = oracles.painting_loss(painted, asked, images) < floor() + SHORT_OF_BEST
            fail(
                'The ten "integer" pictures do not lie on a straight line (in logits), as all pictures of an affine '
                "layer of y do. Was this painter given y as one number, and asked for y = 0, 1, …, 9?",
                "painter-one-hot-called-integer" if close else None,
            )
        assert_loss_of(value, painted, "integer")
        best = oracles.best_line(NUMBERS, asked, images)
        expect(
            value < best + SHORT_OF_BEST,
            f"Your integer painter pays {value:.1f} nats per image; its best line pays {best:.1f}. Let `train_painter` "
            "make its 300 steps, with features of y itself and the images in the same order.",
        )

    @worth(5)
    def test_one_hot(self, student):
        """paints from one-hot: close to each class's mean picture"""
        value, painted = loss(student, "one_hot"), pictures(student, "pictures_one_hot")
        assert_loss_of(value, painted, "one_hot")
        on_a_line = oracles.off_the_line(painted, NUMBERS) < ON_A_LINE
        expect(
            value < floor() + SHORT_OF_BEST,
            f"Your one-hot painter pays {value:.1f} nats per image; the class means pay {floor():.1f}, and a trained "
            "painter gets there.",
            "painter-integer-called-one-hot" if on_a_line else None,
        )

    @worth(7)
    def test_floor(self, student):
        """knows the floor: the loss of each class's mean picture"""
        images, asked = train()
        right, own = floor(), images.double()
        perfect = (torch.special.entr(own) + torch.special.entr(1 - own)).sum(1).mean()
        suspects = {
            "floor-is-zero": 0.0,
            "floor-of-perfect-copies": perfect,
            "floor-ignores-the-label": oracles.painting_loss(own.mean(0).expand(10, -1), asked, images),
            "floor-mean-of-classes": oracles.class_losses(asked, images).mean(),
            "bce-mean-over-pixels": right / 784,
            "bce-summed-over-batch": right * len(asked),
            "bce-in-bits": right / math.log(2),
        }
        assert_matches(loss(student, "floor"), right, what=name("floor"), rtol=2e-5, suspects=suspects)

    @worth(7)
    def test_renumbered(self, student):
        """trains again on the renumbered classes: the integer's loss changes, that of one-hot does not"""
        plain, renumbered = loss(student, "one_hot"), loss(student, "one_hot_renumbered")
        images, asked = train()
        painted = pictures(student, "pictures_one_hot")
        mistakes = {  # which picture stands for each class
            "renumbering-without-training": (painted[RENUMBERED], 1e-4),
            "renumbered-painter-asked-in-old-numbers": (painted[RENUMBERED.argsort()], 3e-3),
        }
        named = [
            mistake
            for mistake, (shown, allowed) in mistakes.items()
            if abs(renumbered / oracles.painting_loss(shown, asked, images) - 1) < allowed
        ]
        expect(
            abs(renumbered - plain) < 0.5,
            f"Renumbering permutes the one-hot columns and should change nothing; you found {plain:.1f} and then "
            f"{renumbered:.1f} nats per image.",
            next(iter(named), None),
        )
        plain, renumbered = loss(student, "integer"), loss(student, "integer_renumbered")
        best = oracles.best_line(RENUMBERED, asked, images)
        expect(
            best - 0.05 < renumbered < best + SHORT_OF_BEST,
            f"The best line through the renumbered classes pays {best:.1f} nats per image, and a trained painter comes "
            f"within {SHORT_OF_BEST} of it; {name('integer_renumbered')} is {renumbered:.1f}.",
            "renumbering-not-applied" if renumbered == plain else None,
        )

    @worth(5)
    def test_conclusion(self, student):
        """draws the conclusion that the numbers support"""
        answer = entry(student, "conclusion")
        expect(isinstance(answer, str), f"Expected {name('conclusion')} to be one letter, got {describe(answer)}.")
        wrong = {
            "A": ("ten times as many steps end at 352.1 nats, no nearer to the floor", "integer-needs-more-steps"),
            "B": ("a + b·k/9 is the same family of lines, and costs 352.4 nats again", "integer-needs-scaling"),
            "D": ("ten copies add up to one weight, and cost 352.8 nats", "integer-needs-more-inputs"),
        }
        letter = answer.strip().upper()
        if letter in wrong:
            reason, mistake = wrong[letter]
            fail(f"Try statement {letter}: {reason}.", mistake)
        expect(letter == "C", f"Expected one of the letters A, B, C and D, got {answer[:20]!r}.")
