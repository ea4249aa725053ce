"""Checks of `label_encoding_experiment`: what it reports, held against the training digits."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from grader.checks.kit.contracts import assert_float
from grader.checks.kit.vocabulary import assert_matches, assert_number, assert_tensor, describe, expect, fail
from grader.checks.one_hot import oracles, probes
from vaelab import data

LOSSES = ("integer", "integer_renumbered", "one_hot", "one_hot_renumbered", "floor")
PICTURES = ("pictures_integer", "pictures_one_hot")
NUMBERS = torch.arange(10)
RENUMBERED = torch.tensor([3, 8, 5, 2, 6, 9, 0, 7, 1, 4])
SHORT_OF_BEST = 1.5  # nats: `train_painter` ends within 0.4 of the best that each encoding allows
ON_A_LINE = 0.01

_results_of: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()


def assert_form(student: Any) -> None:
    """Losses are floats, pictures have no graph."""
    for key in LOSSES:
        assert_float(_entry(student, key), _name(key))
    for key in PICTURES:
        _pictures(student, key)
        expect(not _entry(student, key).requires_grad, f"{_name(key)} still carries a graph: use `torch.no_grad()`.")


def assert_integer(student: Any) -> None:
    """The integer's pictures lie on one line, cost what is reported, and are about as good as a line can be."""
    value, painted = _loss(student, "integer"), _pictures(student, "pictures_integer")
    images, labels = _training_digits()
    if oracles.off_the_line(painted, NUMBERS) > ON_A_LINE:
        close = oracles.painting_loss(painted, labels, images) < _floor() + SHORT_OF_BEST
        fail(
            'The ten "integer" pictures do not lie on a straight line (in logits), as all pictures from an affine '
            "layer of y do. Was this painter given y as one number, and asked for y = 0, 1, …, 9?",
            "painter-one-hot-called-integer" if close else None,
        )
    _assert_loss_of(value, painted, "integer")
    best = oracles.best_line(NUMBERS, labels, images)
    expect(
        value < best + SHORT_OF_BEST,
        f"Your integer painter pays {value:.1f} nats per image; its best line pays {best:.1f}. Let `train_painter` "
        "take its 300 steps, on features of y itself and the images in the same order.",
    )


def assert_one_hot(student: Any) -> None:
    """The pictures of one-hot cost what is reported, and about as little as the class means."""
    value, painted = _loss(student, "one_hot"), _pictures(student, "pictures_one_hot")
    _assert_loss_of(value, painted, "one_hot")
    on_a_line = oracles.off_the_line(painted, NUMBERS) < ON_A_LINE
    expect(
        value < _floor() + SHORT_OF_BEST,
        f"Your one-hot painter pays {value:.1f} nats per image; the class means pay {_floor():.1f}, and a trained "
        "painter gets there.",
        "painter-integer-called-one-hot" if on_a_line else None,
    )


def assert_floor(student: Any) -> None:
    """The floor is the loss of the class means."""
    images, labels = _training_digits()
    suspects = oracles.floor_suspects(labels, images)
    assert_matches(_loss(student, "floor"), _floor(), what=_name("floor"), rtol=2e-5, suspects=suspects)


def assert_renumbered(student: Any) -> None:
    """New numbers for the classes leave the loss of one-hot as it was, and give the integer another best line."""
    plain, renumbered = _loss(student, "one_hot"), _loss(student, "one_hot_renumbered")
    images, labels = _training_digits()
    painted = _pictures(student, "pictures_one_hot")
    mistakes = {  # which picture stands for each class
        "renumbering-without-training": (painted[RENUMBERED], 1e-4),
        "renumbered-painter-asked-in-old-numbers": (painted[RENUMBERED.argsort()], 3e-3),
    }
    named = [
        mistake
        for mistake, (shown, allowed) in mistakes.items()
        if abs(renumbered / oracles.painting_loss(shown, labels, images) - 1) < allowed
    ]
    expect(
        abs(renumbered - plain) < 0.5,
        f"Renumbering permutes the one-hot columns and should change nothing; you found {plain:.1f} and then "
        f"{renumbered:.1f} nats per image.",
        next(iter(named), None),
    )
    plain, renumbered = _loss(student, "integer"), _loss(student, "integer_renumbered")
    best = oracles.best_line(RENUMBERED, labels, images)
    expect(
        best - 0.05 < renumbered < best + SHORT_OF_BEST,
        f"The best line through the renumbered classes pays {best:.1f} nats per image, and a trained painter comes "
        f"within {SHORT_OF_BEST} of it; {_name('integer_renumbered')} is {renumbered:.1f}.",
        "renumbering-not-applied" if renumbered == plain else None,
    )


def assert_conclusion(student: Any) -> None:
    """The conclusion is the one statement that the experiment supports."""
    answer = _entry(student, "conclusion")
    expect(isinstance(answer, str), f"Expected {_name('conclusion')} to be one letter, got {describe(answer)}.")
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


def _results(student: Any) -> dict[str, Any]:
    """The experiment's dict: run once for all checks of one submission, since it trains four networks."""
    channel = student._channel
    if channel not in _results_of:
        results = student.run(probes.call, "label_encoding_experiment")
        expect(isinstance(results, dict), f"Expected a dict, got {describe(results)}.")
        _results_of[channel] = results
    return _results_of[channel]


def _entry(student: Any, key: str) -> Any:
    results = _results(student)
    expect(key in results, f"The dict has no entry {key!r}; its entries are {', '.join(map(str, results)) or 'none'}.")
    return results[key]


def _loss(student: Any, key: str) -> float:
    """A loss, also when it came as a tensor: its type costs its own check only."""
    value = _entry(student, key)
    return value.item() if isinstance(value, Tensor) and value.numel() == 1 else assert_number(value, _name(key))


def _pictures(student: Any, key: str) -> Tensor:
    pixels = assert_tensor(_entry(student, key), (10, 784), _name(key))
    inside = bool(((pixels >= 0) & (pixels <= 1)).all())
    expect(inside, f"Expected pixels between 0 and 1 in {_name(key)}, got {pixels.min():.3g} to {pixels.max():.3g}.")
    return pixels


def _name(key: str) -> str:
    return f"results[{key!r}]"


def _training_digits() -> data.Split:
    return data.load("digits", "train")


def _floor() -> float:
    """The loss of painting each class's mean."""
    images, labels = _training_digits()
    return oracles.painting_loss(oracles.class_means(labels, images), labels, images)


def _assert_loss_of(value: float, painted: Tensor, key: str) -> None:
    """`value` is what painting these pictures costs on the training digits."""
    images, labels = _training_digits()
    right = oracles.painting_loss(painted, labels, images)
    suspects = oracles.painting_suspects(right, len(labels)) | {
        "painter-measured-on-test-images": _loss_on_test_digits(painted)
    }
    assert_matches(value, right, what=f"{_name(key)}, given your pictures,", rtol=2e-4, suspects=suspects)


def _loss_on_test_digits(painted: Tensor) -> float:
    images, labels = data.load("digits", "test")
    return oracles.painting_loss(painted, labels, images)
