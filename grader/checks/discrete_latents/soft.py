"""Checks of soft samples at a temperature, and of one-hot samples whose gradients are theirs."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from grader.checks.discrete_latents import oracles, probes
from grader.checks.discrete_latents.gumbel import GROUPS, SUSPECTED, dice, fits
from grader.checks.kit.contracts import assert_nothing_changed, draws_numbers, gradients_of
from grader.checks.kit.probes import draws, gradients, values
from grader.checks.kit.refusals import assert_allows, assert_refuses
from grader.checks.kit.sampling import LIMIT, assert_fresh_draws
from grader.checks.kit.vocabulary import assert_matches, assert_tensor, expect, fail

SAMPLES = 8000
TEMPERATURES = (0.6, 1.9)


def _samples(student: Any, logits: Tensor, tau: float, *hard: bool) -> Tensor:
    """Samples (B, C), rows of the simplex."""
    kind = "hard" if hard and hard[0] else "soft"
    samples = assert_tensor(student.gumbel_softmax_sample(logits, tau, *hard), tuple(logits.shape), f"{kind} samples")
    totals = samples.double().sum(1)
    worst = (totals - 1).abs().max().item()
    over_batch = bool(((samples.double().sum(0) - 1).abs() < 1e-5).all()) and len(samples) > 1
    expect(
        worst < 1e-5,
        f"Each row of {kind} samples should add up to 1; one is off by {worst:.2g}.",
        "softmax-over-the-batch" if over_batch else None,
    )
    expect(samples.min() >= -1e-6 and samples.max() <= 1 + 1e-6, f"Entries of {kind} samples lie outside [0, 1].")
    return samples


def _leads(samples: Tensor, logits: Tensor, scale: float, pull: float) -> Tensor:
    """What is left of the leads of entries over others when logits are taken out, (times, G, pairs)."""
    logs = samples.double().clamp(min=1e-300).log().reshape(-1, *logits.shape)
    pairs = list(itertools.combinations(range(logits.shape[1]), 2))
    one, other = ([pair[place] for pair in pairs] for place in (0, 1))
    wide = logits.double()
    return scale * (logs[..., one] - logs[..., other]) - pull * (wide[:, one] - wide[:, other])


def _is_uniform(values: Tensor) -> bool:
    """Whether columns (N, ...) are uniform on [0, 1], by twenty bins each."""
    columns = values.reshape(len(values), -1)
    bins = (20 * columns.clamp(0, 1 - 1e-12)).long()
    shares = torch.stack([(bins == k).double().mean(0) for k in range(20)])
    return bool(((shares - 0.05).abs() < LIMIT * (0.05 * 0.95 / len(values)) ** 0.5).all())


def assert_soft_distribution(student: Any, draw: Any) -> None:
    """The log-ratios of entries have the distribution of (logits + noise) / tau, at two temperatures."""
    logits = draw(GROUPS, 4)
    rows = logits.repeat(SAMPLES, 1)
    fitting: set[str] | None = None
    failed = 0.0
    for tau in TEMPERATURES:
        samples = _samples(student, rows, tau)
        if _is_uniform(torch.sigmoid(_leads(samples, logits, tau, 1.0))):
            continue
        failed = failed or tau
        here = _ideas(samples, logits, tau)
        fitting = here if fitting is None else fitting & here
    if fitting is not None:
        name = next(iter(fitting)) if len(fitting) == 1 else None
        if "sample-without-noise" in fitting:
            name = None if draws_numbers(student, "gumbel_softmax_sample", logits, failed) else "sample-without-noise"
        fail(
            f"At tau = {failed} the samples are not distributed as softmax((logits + g) / tau) with Gumbel noise g: "
            "the logarithms of the ratios of their entries have another spread, centre or shape.",
            name,
        )
    _assert_largest(student, logits, rows, draw)


def _ideas(samples: Tensor, logits: Tensor, tau: float) -> set[str]:
    """The wrong ideas under which these samples would be as they are."""
    probabilities = logits.softmax(1)
    logistic, gaussian = torch.sigmoid, lambda t: torch.special.ndtr(t / 2**0.5)
    alike: dict[str, list[tuple[Tensor, Callable[[Tensor], Tensor]]]] = {
        "temperature-multiplies": [(_leads(samples, logits, 1 / tau, 1.0), logistic)],
        "temperature-ignored": [(_leads(samples, logits, 1.0, 1.0), logistic)],
        "temperature-on-logits-only": [(_leads(samples, logits, 1.0, 1 / tau), logistic)],
        "temperature-on-noise-only": [(tau * _leads(samples, logits, 1.0, 1.0), logistic)],
        "noise-on-probabilities": [
            (_leads(samples, probabilities, tau, 1.0), logistic),
            (_leads(samples, probabilities, 1.0, 1.0), logistic),
        ],
        "gumbel-noise-is-normal": [(_leads(samples, logits, tau, 1.0), gaussian)],
        "gumbel-noise-is-uniform": [(_leads(samples, logits, tau, 1.0), _triangular)],
        "gumbel-one-log-only": [(_leads(samples, logits, tau, 1.0), _laplace)],
    }
    ideas = {name for name, ways in alike.items() if any(_is_uniform(cdf(left)) for left, cdf in ways)}
    of_rows = samples.reshape(-1, *logits.shape)
    if (of_rows.std(0) < 1e-6).all() and torch.allclose(of_rows[0], (logits / tau).softmax(1), atol=1e-4):
        ideas.add("sample-without-noise")
    return ideas


def _triangular(t: Tensor) -> Tensor:
    """The distribution function of the difference of two uniform numbers."""
    t = t.clamp(-1, 1)
    return torch.where(t < 0, (1 + t).square() / 2, 1 - (1 - t).square() / 2)


def _laplace(t: Tensor) -> Tensor:
    """The distribution function of the difference of two exponential numbers."""
    return torch.where(t < 0, t.clamp(max=0).exp() / 2, 1 - (-t.clamp(min=0)).exp() / 2)


def _assert_largest(student: Any, logits: Tensor, rows: Tensor, draw: Any) -> None:
    """The largest entry is an exact throw: noise of the wrong sign has the right differences, but not this."""
    largest = _samples(student, rows, 0.8).argmax(1).reshape(SAMPLES, GROUPS)
    shares = torch.stack([(largest == k).double().mean(0) for k in range(logits.shape[1])], 1)
    if fits(shares, logits.double().softmax(1), SAMPLES):
        return
    turned = oracles.throws(logits, -oracles.gumbel_draws(draw, SUSPECTED, *logits.shape))
    name = "gumbel-sign" if fits(shares, turned, SAMPLES, SUSPECTED) else None
    fail("The largest entry of a soft sample is not a throw of the die softmax(logits), as it should be.", name)


def assert_own_noise(student: Any, draw: Any) -> None:
    """Every entry has noise of its own, and every call."""
    logits = draw(GROUPS, 4)
    rows = logits.repeat(4000, 1)
    samples = _samples(student, rows, 1.0)
    left = torch.sigmoid(_leads(samples, logits, 1.0, 1.0))[..., [0, 5]] - 0.5  # of entries 0 and 1, and of 2 and 3
    drawn = draws_numbers(student, "gumbel_softmax_sample", logits, 1.0)
    constant = bool((left.std(0) < 1e-4).all())
    if constant and drawn:
        moved = not torch.allclose(samples, _samples(student, rows, 1.0), atol=1e-5)
        fail(
            "All rows of a batch get the same noise."
            if moved
            else "All entries of a row get the same noise, which then cancels in the softmax.",
            "noise-shared-across-rows" if moved else "noise-shared-across-faces",
        )
    expect(not constant, "Two rows with the same logits get the same sample: there is no noise.")
    standard = left.reshape(len(left), -1) * 12**0.5
    rows_of = standard.reshape(-1, 2)
    between = (standard.T @ standard / len(standard)).fill_diagonal_(0).abs() * len(standard) ** 0.5
    expect(
        bool((between < LIMIT).all()),
        "The noise of different entries, or of rows beside one another, is not independent.",
    )
    half = len(rows_of) // 2
    for one, other in ((rows_of[:half], rows_of[half : 2 * half]), (rows_of[:half], rows_of.flip(0)[:half])):
        product = (one * other).mean(0).abs() * half**0.5
        expect(bool((product < LIMIT).all()), "The noise of different rows is not independent.")
    seen = student.run(draws, "gumbel_softmax_sample", draw(20, 4), 0.7)
    assert_fresh_draws(seen, "samples", "noise-from-a-fixed-generator")


def assert_soft_gradients(student: Any, draw: Any) -> None:
    """Gradients of a soft sample are y_k (δ_ki − y_i) / tau."""
    logits, tau = draw(6, 4), 0.8
    seen = student.run(probes.jacobian, logits, tau, False)
    samples = seen["samples"][0]
    _assert_reached(seen, "soft samples")
    gradients_of(student, "gumbel_softmax_sample", draw(6, 4), logits, tau, needed=(0,), what="soft samples")
    assert_matches(seen["slopes"], _softmax_slopes(samples, tau), what="the gradients", rtol=1e-3, atol=1e-4)


def _assert_reached(seen: dict[str, Any], what: str, name: str = "graph-cut") -> None:
    cut = seen["slopes"] is None or not seen["slopes"].any()
    expect(not cut, f"No gradient of {what} reaches the logits.", name if seen["slopes"] is None else None)


def _softmax_slopes(samples: Tensor, tau: float) -> Tensor:
    """(C, B, C): the gradient of each column of a softmax at this temperature."""
    y = samples.double()
    return torch.stack([y[:, k : k + 1] * (torch.eye(y.shape[1])[k] - y) / tau for k in range(y.shape[1])])


def assert_temperature_refused(student: Any, draw: Any) -> None:
    """A temperature of 0 or less is a ValueError."""
    logits, name = draw(3, 4), "gumbel_softmax_sample"
    assert_allows(student, name, (logits, 1e-3), (logits, 0.7), "a small positive temperature")

    def sound(value: Any) -> bool:
        return isinstance(value, Tensor) and value.shape == (3, 4) and bool(((value.sum(1) - 1).abs() < 1e-4).all())

    cases = {f"tau = {tau}": (logits, tau) for tau in (0.0, -0.5, 0, -3.0)}
    assert_refuses(student, name, cases, (logits, 0.7), sound, "temperature-not-checked")
    student.gumbel_softmax_sample(logits, 1e-3)


def assert_finite(student: Any, draw: Any) -> None:
    """Samples and gradients are finite for logits of ±1e4 and small temperatures; one row and one face work."""
    for shape in ((1, 5), (4, 1)):
        _samples(student, draw(*shape), 0.7)
        _samples(student, draw(*shape), 0.7, True)
    far = torch.tensor([[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4], [30.0, 0.0, -30.0]])
    for tau, hard in itertools.product((0.05, 1.0, 20.0), (False, True)):
        seen = student.run(gradients, "gumbel_softmax_sample", draw(3, 3), far, tau, hard)
        values = [seen["result"], *(gradient for gradient in seen["gradients"] if gradient is not None)]
        finite = all(isinstance(value, Tensor) and bool(value.isfinite().all()) for value in values)
        expect(finite, f"With logits of ±1e4 and tau = {tau} the samples or their gradients are not finite.")


def assert_hard(student: Any, draw: Any) -> None:
    """Hard samples are one-hot, and throws of the die softmax(logits)."""
    logits = dice(draw)
    soft, hard = _under_one_seed(student, logits.repeat(60, 1))
    message = "A hard sample shows what is larger than one half in the soft one, which in some rows is nothing."
    expect(not _by_threshold(soft, hard), message, "hard-by-threshold")
    samples = _samples(student, logits.repeat(SAMPLES, 1), 0.7, True)
    off = torch.minimum(samples.abs(), (samples - 1).abs()).max().item()
    expect(
        off < 2e-6,
        f"With hard=True every entry should be 0 or 1; one is off by {off:.2g}.",
        "hard-ignored" if _same_when_soft(student, logits) else None,
    )
    shares = samples.double().reshape(SAMPLES, *logits.shape).mean(0)
    largest = bool((samples.argmax(1).reshape(SAMPLES, GROUPS) == logits.argmax(1)).all())
    noisy = isinstance(soft, Tensor) and not torch.equal(soft.argmax(1), logits.repeat(60, 1).argmax(1))
    message = "A hard sample is always the face with the largest logit."
    expect(not largest, message, "argmax-without-noise" if noisy else None)
    expect(fits(shares, logits.double().softmax(1), SAMPLES), "Hard samples are not throws of the die softmax(logits).")


def _under_one_seed(student: Any, logits: Tensor) -> list[Any]:
    """A soft sample, and the hard one that is drawn under the same seed."""
    return list(student.run(values, "gumbel_softmax_sample", [logits, 0.7, False], [logits, 0.7, True]))


def _by_threshold(soft: Any, hard: Any) -> bool:
    """Whether entries of a hard sample are 1 where the soft one exceeds ½; in some rows there is none."""
    if not (isinstance(soft, Tensor) and isinstance(hard, Tensor) and soft.shape == hard.shape):
        return False
    above = (soft > 0.5).double()
    return bool((above.sum(1) == 0).any()) and torch.allclose(hard.double(), above, atol=1e-5)


def _same_when_soft(student: Any, logits: Tensor) -> bool:
    """Whether hard=True makes no difference to a sample that is drawn under one seed."""
    soft, hard = _under_one_seed(student, logits)
    rows = isinstance(soft, Tensor) and bool(((soft.sum(1) - 1).abs() < 1e-4).all())
    return rows and torch.equal(soft, hard) and draws_numbers(student, "gumbel_softmax_sample", logits, 0.7)


def assert_straight_through(student: Any, draw: Any) -> None:
    """The gradients of a hard sample are those of the soft sample whose largest entry it shows."""
    logits, tau = draw(6, 4), 0.9
    seen = student.run(probes.jacobian, logits, tau, True)
    hard = seen["samples"][0]
    soft_seen = student.run(probes.jacobian, logits, tau, False)["slopes"]
    soft_moves = soft_seen is not None and bool(soft_seen.any())
    nothing = seen["slopes"] is not None and not seen["slopes"].any()
    message = "Hard samples have a graph, but all gradients of the logits are 0."
    expect(not nothing, message, "hard-gradient-zero" if soft_moves and _is_one_hot(hard) else None)
    _assert_reached(seen, "hard samples", "hard-without-gradient" if soft_seen is not None else "graph-cut")
    plain = [_softmax_slopes((logits / by).softmax(1), by) for by in (tau, 1.0)]
    noiseless = any(torch.allclose(seen["slopes"].double(), one, 1e-3, 1e-5) for one in plain)
    (soft_sample,) = student.run(values, "gumbel_softmax_sample", [logits, tau])
    message = "The gradients of a hard sample are those of a softmax of the logits alone, without the noise drawn."
    own = not _lacks_noise(soft_sample, logits, tau)
    expect(not noiseless, message, "straight-through-without-noise" if own else None)
    same = all(torch.equal(hard, other) for other in seen["samples"])
    expect(same, "After `torch.manual_seed` with the same seed a call should give the same sample.")
    soft = _soft_behind(assert_tensor(seen["slopes"], (4, 6, 4), "the gradients").double() * tau)
    message = "The gradients of a hard sample are not those of a soft sample, y_k (δ_ki − y_i) / tau."
    if soft is None:
        fail(message, "straight-through-sign" if _turned(seen["slopes"], hard, tau) else None)
    sound = bool((soft.sum(1) - 1).abs().max() < 0.02)
    expect(sound and torch.allclose(_softmax_slopes(soft, tau), seen["slopes"].double(), 0.02, 1e-3), message)
    expect(
        torch.equal(soft.argmax(1), hard.argmax(1)),
        "The gradients of a hard sample belong to a soft sample whose largest entry is another one.",
    )


def _is_one_hot(hard: Tensor) -> bool:
    """Whether each row has a 1 and zeros, but for rounding."""
    return torch.allclose(hard.sort(1).values[:, -1:], torch.ones(len(hard), 1), atol=1e-5) and torch.allclose(
        hard.sum(1), torch.ones(len(hard)), atol=1e-5
    )


def _turned(slopes: Tensor, hard: Tensor, tau: float) -> bool:
    """Whether the gradients have the other sign than those of the soft sample whose largest entry is shown."""
    soft = _soft_behind(-slopes.double() * tau)
    if soft is None or (soft.sum(1) - 1).abs().max() > 0.02:
        return False
    right = torch.allclose(-_softmax_slopes(soft, tau), slopes.double(), 0.02, 1e-3)
    return right and torch.equal(soft.argmax(1), hard.argmax(1))


def _lacks_noise(sample: Any, logits: Tensor, tau: float) -> bool:
    """Whether a soft sample is a softmax of the logits alone."""
    quiet = (logits / tau).softmax(1)
    return isinstance(sample, Tensor) and sample.shape == quiet.shape and torch.allclose(sample, quiet, 1e-4, 1e-5)


def assert_unchanged(student: Any, draw: Any) -> None:
    """Arguments and modes are left alone; samples are the same in every surrounding, with gradients off too."""
    logits, tau = draw(4, 3), 0.7
    (usual,) = student.run(values, "gumbel_softmax_sample", [logits, tau])
    quiet = student.run(probes.without_gradients, logits, tau)
    only_here = _lacks_noise(quiet, logits, tau) and not _lacks_noise(usual, logits, tau)
    message = "With gradients switched off there is no noise: the sample is softmax(logits / tau)."
    expect(not only_here, message, "noise-only-with-gradients")
    for hard in (False, True):
        assert_nothing_changed(student, "gumbel_softmax_sample", draw(4, 3), tau, hard)


def _soft_behind(slopes: Tensor) -> Tensor | None:
    """The y (B, C) with the slopes y_k (δ_ki − y_i), (C, B, C); None where there is none.

    A column's own slope is y_k (1 − y_k), the others' −y_k y_i: what is multiplied by y_i / y_j leads from one to all.
    """
    table = slopes.permute(1, 0, 2)
    off = -table
    faces = table.shape[1]
    found = []
    for k in range(faces):
        i, j = [face for face in range(faces) if face != k][:2]
        square = off[:, k, i] * off[:, k, j] / off[:, i, j]
        if not (square.isfinite() & (square > 0)).all():
            return None
        found.append(square.sqrt())
    return torch.stack(found, 1)
