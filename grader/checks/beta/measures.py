"""Checks of `rate_distortion` and `active_units` on a stand-in model whose every number is known."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from grader.checks.beta import oracles, stand_in
from grader.checks.beta.stand_in import LATENTS, PIXELS, SIZES
from grader.checks.kit.contracts import assert_draws_anew, assert_float, assert_marks_kept, assert_mode_met
from grader.checks.kit.epochs import Weights, distortions_of_codes
from grader.checks.kit.inputs import confirmed, told_apart
from grader.checks.kit.probes import on_stand_in
from grader.checks.kit.vocabulary import assert_matches, describe, expect
from grader.failures import CheckFailure, Raised

# kinds of latents: variance of mu over the data, mean of mu, log_var, and in which batches mu varies
KINDS = (
    (3.0, 0.0, 0.0, "all"),
    (0.5, 0.0, 0.0, "all"),
    (0.0015, 0.0, 0.0, "all"),
    (1e-6, 0.0, 0.0, "all"),
    (0.013, 0.0, 0.0, "all"),
    (0.0077, 400.0, 0.0, "all"),
    (0.0, 2.0, 0.0, "all"),
    (0.2, 0.0, 0.0, "between"),
    (0.2, 0.0, 0.0, "last against others"),
    (0.2, 0.0, 0.0, "second only"),
    (0.0, 0.0, -6.0, "all"),
    (0.3, 0.0, -6.0, "all"),
)


@confirmed
def assert_rate(student: Any, draw: Any) -> None:
    """The first number is the mean KL per image."""

    def make() -> Any:
        weights, batches = stand_in.drawn(draw, log_var=0.0)
        given = weights | {"w": torch.zeros(LATENTS, PIXELS)}, batches
        return given, *oracles.rate(*given)

    (weights, batches), expected, suspects = told_apart(make)
    try:
        rate, _ = _measured(student, weights, batches)
    except Raised as raised:
        raise Raised(raised.message, _wrong_order(student, draw), raised.structural) from None
    assert_matches(rate, expected, what="the rate", suspects=suspects)


def _wrong_order(student: Any, draw: Any) -> str | None:
    """Whether the model's outputs are taken for one another, by a model whose outputs all have one shape."""
    weights, batches = stand_in.square(draw)
    try:
        rate, _ = _measured(student, weights, batches)
    except CheckFailure:
        return None
    orders = oracles.rates_in_wrong_order(weights, torch.cat(batches))
    return "arguments-in-wrong-order" if any(abs(rate - wrong) < 1e-4 * abs(wrong) for wrong in orders) else None


@confirmed
def assert_distortion(student: Any, draw: Any) -> None:
    """The second number is the mean reconstruction loss per image."""

    def make() -> Any:
        given = stand_in.drawn(draw)
        return given, *oracles.distortion(*given)

    (weights, batches), expected, suspects = told_apart(make)
    _, distortion = _measured(student, weights, batches)
    assert_matches(distortion, expected, what="the distortion", suspects=suspects)


def assert_draws(student: Any, draw: Any) -> None:
    """The distortion is that of codes drawn from q(z|x)."""
    weights, _ = stand_in.drawn(draw)
    weights |= {"v": torch.zeros(PIXELS, LATENTS), "cv": torch.ones(LATENTS)}
    batches = [draw.uniform(size, PIXELS) for size in (600, 600, 300)]
    seen, _, distortion = _seen(student, weights, batches)
    expected, spread, at_mean = distortions_of_codes(weights, torch.cat(batches), draw)
    allowed = 8 * spread / len(torch.cat(batches)) ** 0.5
    expect(
        abs(distortion - expected) < allowed,
        f"Expected a distortion of {expected:.2f} ± {allowed:.2f} nats with z drawn from q(z|x), got {distortion:.2f}.",
        "distortion-of-the-mean-code" if abs(distortion - at_mean) < 1e-3 * at_mean else None,
    )
    assert_draws_anew(seen, "rate_distortion")


def assert_count(student: Any, draw: Any) -> None:
    """The active units are those whose mean varies over all images; a wrong idea has to explain all counts."""
    told, ideas = "", []
    for _ in range(4):
        weights, batches, right, wrong = _told_apart(draw)
        count, latents = _counted(student, weights, batches), weights["m"].shape[1]
        ideas.append({(name, way) for name, counts in wrong.items() for way, n in enumerate(counts) if n == count})
        if count != right:
            told = f"Of {latents} latents, {right} have a posterior mean whose variance over the images exceeds 0.01; "
            told += f"you count {count}."
    common = sorted({name for name, _ in set.intersection(*ideas)})
    if common == ["active-counts-all-latents"] and _counted(student, weights, batches, 1e6) != latents:
        common = []  # the threshold is looked at
    expect(not told, told, common[0] if len(common) == 1 else None)


def assert_threshold(student: Any, draw: Any) -> None:
    """Another threshold gives another count."""
    weights, batches, usual, _ = _told_apart(draw)
    low, high = draw.uniform(2).tolist()
    thresholds = (round(0.0003 + 0.0006 * low, 5), round(0.22 + 0.06 * high, 3), 2.0)
    counts = [_counted(student, weights, batches, threshold) for threshold in thresholds]
    for threshold, count in zip(thresholds, counts, strict=True):
        right, _ = oracles.active_counts(weights, batches, threshold)
        expect(
            count == right,
            f"With threshold = {threshold} there are {right} active units; you count {count}.",
            "active-threshold-ignored" if set(counts) == {usual} else None,
        )


def assert_silent(student: Any, draw: Any) -> None:
    """One code for all images has no active unit."""
    weights, batches, _, _ = _told_apart(draw)
    silent = weights | {"m": torch.zeros_like(weights["m"]), "cm": draw(len(weights["cm"]))}
    count = _counted(student, silent, batches)
    expect(count == 0, f"All images have the same code, and yet you count {count} active units.")
    half = silent | {"cm": torch.full_like(weights["cm"], 0.5)}  # no rounding: its mean is exactly itself
    count = _counted(student, half, batches, 0.0)
    expect(count == 0, f"No code varies at all, which does not exceed threshold = 0, and yet you count {count}.")


def assert_evaluates(student: Any, draw: Any, function: str) -> None:
    """In evaluation mode, without a graph, without learning; modes, batches and global modes are left as they were."""
    names = {True: "training", False: "evaluation"}
    for training, grad_mode in ((True, True), (False, True), (True, False)):
        weights, batches = stand_in.drawn(draw)
        seen = student.run(on_stand_in, function, weights, batches, [], training=training, grad_mode=grad_mode)
        assert_mode_met(seen, training=False, doing="is measured")
        expect(
            not any(seen["graph"]),
            "A graph is built while the model is measured: use `with torch.no_grad():`.",
            "evaluate-builds-graph",
        )
        expect(
            all(mode == training for mode in seen["training_after"]),
            f"A model that arrives in {names[training]} mode is left in {names[not training]} mode.",
            "mode-not-restored",
        )
        stand_in.assert_left_alone(seen, function, batches)
        same = all(torch.equal(weights[name], seen["weights"][name]) for name in "mvb")
        expect(same, f"`{function}` changes the weights of the model.")
        assert_marks_kept(seen["lost"], f"`{function}`")


def _measured(student: Any, weights: Weights, batches: list[Tensor]) -> tuple[float, float]:
    """Rate and distortion as the student measures them."""
    return _seen(student, weights, batches)[1:]


def _seen(student: Any, weights: Weights, batches: list[Tensor]) -> tuple[dict[str, Any], float, float]:
    """All that is seen of a measurement, and its two numbers."""
    seen = student.run(on_stand_in, "rate_distortion", weights, batches, [])
    value = seen["value"]
    pair = isinstance(value, tuple | list) and len(value) == 2
    expect(pair, f"Expected two numbers, rate and distortion, got {describe(value)}.")
    return seen, assert_float(value[0], "the rate"), assert_float(value[1], "the distortion")


def _counted(student: Any, weights: Weights, batches: list[Tensor], *threshold: float) -> int:
    """Active units as the student counts them."""
    count = student.run(on_stand_in, "active_units", weights, batches, list(threshold))["value"]
    plain = isinstance(count, int) and not isinstance(count, bool)
    expect(plain, f"Expected a Python int, got {describe(count)}.")
    return int(count)


def _told_apart(draw: Any) -> tuple[Weights, list[Tensor], int, dict[str, list[int]]]:
    """Weights and batches for which every wrong idea counts another number of latents than is right; these numbers."""
    while True:
        weights, batches = _latents(draw, draw.integers(1, 5, len(KINDS)).tolist())
        right, wrong = oracles.active_counts(weights, batches, 0.01)
        if all(right not in counts for counts in wrong.values()):
            return weights, batches, right, wrong


def _latents(draw: Any, counts: list[int]) -> tuple[Weights, list[Tensor]]:
    """So many latents of each kind, in a drawn order, each an affine function of all pixels.

    Pixels vary by amounts of their own, so that the weights say nothing about how much a latent varies.
    """
    images, latents, sizes = sum(SIZES), sum(counts), torch.tensor(SIZES)
    place = torch.cat([torch.arange(size) for size in SIZES])[:, None]
    low_and_high = (1 + 2 * (place % 2)) / 4  # in turn, in every batch
    x = low_and_high + (draw.uniform(images, latents) - 0.5) / 3
    second = torch.tensor([0.0, 1.0, 0.0]).repeat_interleave(sizes)
    column, scale, offset, log_vars = 0, [], [], []
    for count, (variance, mean, log_var, where) in zip(counts, KINDS, strict=True):
        for _ in range(count):
            match where:
                case "between":
                    x[:, column] = torch.tensor([0.1, 0.9, 0.5]).repeat_interleave(sizes)
                case "last against others":
                    x[:, column] = torch.tensor([0.2, 0.2, 0.8]).repeat_interleave(sizes)
                case "second only":
                    x[:, column] = torch.where(second > 0, x[:, column], 0.5)
            x[:, column] = 0.5 + (x[:, column] - 0.5) * (0.1 + 0.9 * draw.uniform(1))
            scale.append((variance / x[:, column].var(correction=0)) ** 0.5)
            offset.append(mean - scale[-1] * x[:, column].mean())
            log_vars.append(log_var)
            column += 1
    mixing = 0.6 * torch.eye(latents) + 0.4 * torch.softmax(draw(latents, latents), dim=0)  # pixels stay in [0, 1]
    mixing = mixing * (0.15 + 0.85 * draw.uniform(latents))
    order = draw(latents).argsort()
    weights = {
        "m": torch.linalg.solve(mixing.double(), torch.tensor(scale).double().diag()).float()[:, order],
        "v": torch.zeros(latents, latents),
        "cm": torch.tensor(offset)[order],
        "cv": torch.tensor(log_vars)[order],
        "w": torch.zeros(latents, latents),
        "b": draw(latents),
    }
    return weights, list((x @ mixing).split(SIZES))
