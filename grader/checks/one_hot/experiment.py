"""Checks of `label_encoding_experiment`: what it reports, held against the digits that it was given.

These are drawn from the training digits, with replacement, for each submission, and their classes are numbered anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from grader.checks.kit.contracts import assert_float, assert_modes_kept
from grader.checks.kit.vocabulary import assert_matches, assert_number, assert_tensor, describe, expect, fail
from grader.checks.one_hot import oracles, probes
from vaelab import data

LOSSES = ("integer", "integer_renumbered", "one_hot", "one_hot_renumbered", "floor")
PICTURES = ("pictures_integer", "pictures_one_hot")
NUMBERS = torch.arange(10)
RENUMBERED = torch.tensor([3, 8, 5, 2, 6, 9, 0, 7, 1, 4])
SHORT_OF_BEST = 1.5  # nats: `train_painter` ends within 0.4 of the best that each encoding allows
ON_A_LINE = 0.01
IMPRINT = 0.1  # logits; what each painter is given beside what it learns
ON_DRAWN = "On digits drawn for the check, with other numbers for their classes"
APART = 3.0  # nats between the best lines of the two numberings
UNEVEN = 0.05  # nats between the floor and the mean of what classes cost


@dataclass(frozen=True)
class Trial:
    """What the experiment reports, and the digits that it was given."""

    results: dict[str, Any]
    digits: data.Split
    imprint: Tensor
    painters: int
    kept: bool
    modes: list[Any]


_trials: WeakKeyDictionary[Any, Trial] = WeakKeyDictionary()


def assert_form(student: Any, draw: Any) -> None:
    """Losses are floats, pictures have no graph."""
    trial = _trial(student, draw)
    expect(
        trial.kept, "The training digits are others afterwards: leave `digits` as it is.", "arguments-changed-in-place"
    )
    assert_modes_kept(trial.modes[0], trial.modes[1], "`label_encoding_experiment`")
    for key in LOSSES:
        assert_float(_entry(trial, key), _name(key))
    for key in PICTURES:
        _pictures(trial, key)
        expect(not _entry(trial, key).requires_grad, f"{_name(key)} still carries a graph: use `torch.no_grad()`.")


def assert_integer(student: Any, draw: Any) -> None:
    """The integer's pictures lie on one line, cost what is reported, and are about as good as a line can be."""
    trial = _trial(student, draw)
    value, painted = _loss(trial, "integer"), _pictures(trial, "pictures_integer")
    images, labels = trial.digits
    best_renumbered = oracles.best_line(RENUMBERED, labels, images)
    for shown in (painted, painted[RENUMBERED]):  # asked in the new numbers, or in the old ones
        on_other_line = oracles.off_the_line(shown, RENUMBERED) <= ON_A_LINE
        if on_other_line and oracles.painting_loss(shown, labels, images) < best_renumbered + SHORT_OF_BEST:
            _fail_for_renumbered("pictures_integer")
    if oracles.off_the_line(painted, NUMBERS) > ON_A_LINE:
        close = oracles.painting_loss(painted, labels, images) < _floor(trial) + SHORT_OF_BEST
        fail(
            'The ten "integer" pictures do not lie on a straight line (in logits), as all pictures from an affine '
            "layer of y do. Was this painter given y as one number, and asked for y = 0, 1, …, 9?",
            "painter-one-hot-called-integer" if close else None,
        )
    _assert_loss_of(trial, value, painted, "integer")
    best = oracles.best_line(NUMBERS, labels, images)
    expect(
        value < best + SHORT_OF_BEST,
        f"{ON_DRAWN}, your integer painter pays {value:.1f} nats per image; its best line pays {best:.1f}. Let "
        "`train_painter` take its 300 steps, on features of y itself and the images in the same order.",
    )
    _assert_painted(trial, painted, oracles.line_pictures(NUMBERS, labels, images), "pictures_integer")


def assert_one_hot(student: Any, draw: Any) -> None:
    """The pictures of one-hot cost what is reported, and about as little as the class means."""
    trial = _trial(student, draw)
    value, painted = _loss(trial, "one_hot"), _pictures(trial, "pictures_one_hot")
    images, labels = trial.digits
    shown = oracles.painting_loss(painted, labels, images), oracles.painting_loss(painted[RENUMBERED], labels, images)
    if shown[1] < _floor(trial) + SHORT_OF_BEST < shown[0]:
        _fail_for_renumbered("pictures_one_hot")
    _assert_loss_of(trial, value, painted, "one_hot")
    on_a_line = oracles.off_the_line(painted, NUMBERS) < ON_A_LINE
    expect(
        value < _floor(trial) + SHORT_OF_BEST,
        f"{ON_DRAWN}, your one-hot painter pays {value:.1f} nats per image; the class means pay {_floor(trial):.1f}, "
        "and a trained painter gets there.",
        "painter-integer-called-one-hot" if on_a_line else None,
    )
    _assert_painted(trial, painted, oracles.class_means(labels, images), "pictures_one_hot")


def assert_floor(student: Any, draw: Any) -> None:
    """The floor is the loss of the class means."""
    trial = _trial(student, draw)
    images, labels = trial.digits
    suspects = oracles.floor_suspects(labels, images)
    assert_matches(
        _loss(trial, "floor"),
        _floor(trial),
        what=f"{_name('floor')}, on digits drawn for the check,",
        rtol=2e-5,
        suspects=suspects,
    )


def assert_renumbered(student: Any, draw: Any) -> None:
    """New numbers for the classes leave the loss of one-hot as it was, and give the integer another best line."""
    trial = _trial(student, draw)
    plain, renumbered = _loss(trial, "one_hot"), _loss(trial, "one_hot_renumbered")
    images, labels = trial.digits
    painted = _pictures(trial, "pictures_one_hot")
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
        "Renumbering permutes the one-hot columns and should change nothing; on digits drawn for the check you found "
        f"{plain:.1f} and then {renumbered:.1f} nats per image.",
        next(iter(named), None),
    )
    plain, renumbered = _loss(trial, "integer"), _loss(trial, "integer_renumbered")
    best = oracles.best_line(RENUMBERED, labels, images)
    expect(
        best - 0.05 < renumbered < best + SHORT_OF_BEST,
        f"{ON_DRAWN}, the best line through the renumbered classes pays {best:.1f} nats per image, and a trained "
        f"painter comes within {SHORT_OF_BEST} of it; {_name('integer_renumbered')} is {renumbered:.1f}.",
        "renumbering-not-applied" if renumbered == plain else None,
    )
    expect(
        trial.painters >= 4,
        "Four painters are to be trained with `train_painter`, two of them on renumbered labels; you train "
        f"{trial.painters}.",
    )


def assert_conclusion(student: Any, draw: Any) -> None:
    """The conclusion is the one statement that the experiment supports."""
    trial = _trial(student, draw)
    answer = _entry(trial, "conclusion")
    expect(isinstance(answer, str), f"Expected {_name('conclusion')} to be one letter, got {describe(answer)}.")
    wrong = {
        "A": ("ten times as many steps end no nearer to the floor", "integer-needs-more-steps"),
        "B": ("a + b·k/9 is the same family of lines, and costs the same again", "integer-needs-scaling"),
        "D": ("ten copies add up to one weight, and cost the same again", "integer-needs-more-inputs"),
    }
    letter = answer.strip().upper()
    if letter in wrong:
        reason, mistake = wrong[letter]
        fail(f"Try statement {letter}: {reason}.", mistake)
    shown = answer if len(answer) <= 20 else answer[:19] + "…"
    expect(letter == "C", f"Expected {_name('conclusion')} to be one of the letters A, B, C and D, got {shown!r}.")


def _trial(student: Any, draw: Any) -> Trial:
    """The experiment, run once for all checks of one submission, since it trains four networks."""
    channel = student._channel
    if channel not in _trials:
        digits = _drawn_digits(draw)
        imprint = IMPRINT * draw(digits.images.shape[1])
        seen = student.run(probes.experiment, *digits, imprint)
        expect(isinstance(seen["results"], dict), f"Expected a dict, got {describe(seen['results'])}.")
        _trials[channel] = Trial(
            seen["results"], digits, imprint, int(seen["painters"]), bool(seen["kept"]), seen["modes"]
        )
    return _trials[channel]


def _drawn_digits(draw: Any) -> data.Split:
    """Training digits, and new numbers for their classes, with which RENUMBERED changes what a line can do.

    Classes are of so many sizes that the mean over images is another than that over classes.
    """
    every_image, every_label = data.load("digits", "train")
    while True:
        chosen = draw.integers(0, len(every_image), len(every_image))
        images, labels = every_image[chosen], every_label[chosen]
        over_classes = oracles.class_losses(labels, images).mean()
        if abs(over_classes - oracles.floor(labels, images)) > UNEVEN:
            break
    while True:
        numbered = draw(10).argsort()[labels]
        plain, renumbered = (oracles.best_line(numbers, numbered, images, 15) for numbers in (NUMBERS, RENUMBERED))
        if abs(plain - renumbered) > APART:
            return data.Split(images, numbered)


def _fail_for_renumbered(key: str) -> NoReturn:
    fail(
        f"{_name(key)} are those of the painter that was trained on RENUMBERED[y].",
        "pictures-of-the-renumbered-painter",
    )


def _entry(trial: Trial, key: str) -> Any:
    results = trial.results
    expect(key in results, f"The dict has no entry {key!r}; its entries are {', '.join(map(str, results)) or 'none'}.")
    return results[key]


def _assert_painted(trial: Trial, painted: Tensor, best: Tensor, key: str) -> None:
    """The pictures come from a painter of `train_painter`: they bear what only those have."""
    off = (painted.double().clamp(1e-6, 1 - 1e-6).logit() - best.double().clamp(1e-6, 1 - 1e-6).logit()).mean(0)
    inked = (best > 0.05).all(0) & (best < 0.95).all(0)
    agreement = torch.corrcoef(torch.stack([off[inked], trial.imprint[inked].double()]))[0, 1].item()
    expect(agreement > 0.3, f"{_name(key)} are not what a painter that `train_painter` has returned paints.")


def _loss(trial: Trial, key: str) -> float:
    """A loss, also when it came as a tensor: its type costs its own check only."""
    value = _entry(trial, key)
    return value.item() if isinstance(value, Tensor) and value.numel() == 1 else assert_number(value, _name(key))


def _pictures(trial: Trial, key: str) -> Tensor:
    pixels = assert_tensor(_entry(trial, key), (10, 784), _name(key))
    inside = bool(((pixels >= 0) & (pixels <= 1)).all())
    expect(inside, f"Expected pixels between 0 and 1 in {_name(key)}, got {pixels.min():.3g} to {pixels.max():.3g}.")
    return pixels


def _name(key: str) -> str:
    return f"results[{key!r}]"


def _floor(trial: Trial) -> float:
    images, labels = trial.digits
    return oracles.floor(labels, images)


def _assert_loss_of(trial: Trial, value: float, painted: Tensor, key: str) -> None:
    """`value` is what painting these pictures costs on the digits of the trial."""
    images, labels = trial.digits
    right = oracles.painting_loss(painted, labels, images)
    suspects = oracles.painting_suspects(right, len(labels)) | {
        "painter-measured-on-test-images": _loss_on_test_digits(painted)
    }
    assert_matches(
        value,
        right,
        what=f"{_name(key)}, given your pictures of the check's own digits,",
        rtol=2e-4,
        suspects=suspects,
    )


def _loss_on_test_digits(painted: Tensor) -> float:
    images, labels = data.load("digits", "test")
    return oracles.painting_loss(painted, labels, images)
