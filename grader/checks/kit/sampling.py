"""Comparing samples with distributions: limits so wide that honest answers never fail, and still powerful.

Each statistic is compared in units of its own standard error. At `LIMIT` such units a Gaussian statistic fails by
chance less than once in 10¹³ times, so hundreds of statistics in a check leave its false alarms below one in 10⁹.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from grader.checks.kit.vocabulary import assert_rows, assert_tensor, expect, fail

LIMIT = 8.0
GROUPS = 3  # different images in a batch of repeated ones


def repeated(rows: Tensor, times: int) -> Tensor:
    """Each row `times` times over, (G, L) to (times · G, L): row i is row i mod G of `rows`."""
    return rows.repeat(times, 1)


def grouped(samples: Tensor, groups: int) -> Tensor:
    """Undoes `repeated` for samples drawn from it: (times · G, L) to (times, G · L) in float64."""
    return samples.double().reshape(-1, groups * samples.shape[1])


def deviates_from_normal(samples: Tensor, mean: Tensor, deviation: Tensor) -> str | None:
    """How the columns of `samples` (N, G) differ from N(mean, deviation²), in words; None when they do not.

    Compares each column's mean and variance, and the fourth and sixth moments of all columns together, which say less
    where columns depend on one another.
    """
    count = len(samples)
    standard = (samples - mean) / deviation
    shift = standard.mean(0).abs() * count**0.5
    if (shift > LIMIT).any():
        only_too_wide = (shift <= LIMIT * standard.std(0)).all()  # which moves means, too, but by chance
        return "standard deviation" if only_too_wide else "mean"
    if ((standard.square().mean(0) - 1).abs() * (count / 2) ** 0.5 > LIMIT).any():
        return "standard deviation"
    for power, moment, variance in ((4, 3, 96), (6, 15, 10170)):
        of_rows = standard.pow(power).mean(1)
        error = max((variance / standard.shape[1]) ** 0.5, of_rows.std().item()) / count**0.5
        if (of_rows.mean() - moment).abs() > LIMIT * error:
            return "shape"
    return None


def recognise(samples: Tensor, suspects: Mapping[str, list[tuple[Tensor, Tensor]]]) -> str | None:
    """The one suspect (means and standard deviations of the columns, in a way or several) that the samples fit."""
    count = len(samples)
    mean, deviation = samples.mean(0), samples.std(0)

    def fits(expected_mean: Tensor, expected_deviation: Tensor) -> bool:
        allowed = LIMIT * expected_deviation / count**0.5 + 1e-4
        return bool(
            ((mean - expected_mean).abs() <= allowed).all()
            and ((deviation - expected_deviation).abs() <= allowed).all()
        )

    named = [name for name, ways in suspects.items() if any(fits(*moments) for moments in ways)]
    return named[0] if len(named) == 1 else None


def differ(one: Tensor, other: Tensor) -> bool:
    """Whether two samples (N, G), (M, G) differ in a column's mean or variance by more than chance."""
    one, other = one.double(), other.double()
    return _apart(one, other) or _apart((one - one.mean(0)).square(), (other - other.mean(0)).square())


def _apart(one: Tensor, other: Tensor) -> bool:
    error = (one.var(0) / len(one) + other.var(0) / len(other)).sqrt()
    rounding = 1e-6 * torch.maximum(one.abs().amax(0), other.abs().amax(0))
    return bool(((one.mean(0) - other.mean(0)).abs() > LIMIT * error + rounding).any())


def correlated(noise: Tensor) -> bool:
    """Whether columns of standardised noise (N, L) depend on each other, or rows: neighbours, opposites, or halves."""
    rows = len(noise)
    noise = noise.double()
    between_columns = (noise.T @ noise / rows).fill_diagonal_(0)
    half = rows // 2
    pairs = (noise[0 : rows - 1 : 2], noise[1:rows:2]), (noise[:half], noise[half : 2 * half])
    mirrored = (noise[:half], noise[rows - half :].flip(0))
    between_rows = torch.stack([(one * other).mean(0) for one, other in (*pairs, mirrored)])
    return bool((between_columns.abs() * rows**0.5 > LIMIT).any() or (between_rows.abs() * half**0.5 > LIMIT).any())


def _copied(noise: Tensor) -> bool:
    """Whether rows of noise (N, L) are others, or others with a minus: their neighbours, opposites, or half a batch on.

    N: even.
    """
    half = len(noise) // 2
    ways = ((noise[::2], noise[1::2]), (noise[:half], noise[half:]), (noise[:half], noise[half:].flip(0)))
    return any(bool(((one + sign * other).abs() < 1e-3).all()) for one, other in ways for sign in (1, -1))


def wrong_spreads(log_var: Tensor) -> dict[str, list[Tensor]]:
    """The standard deviations that wrong ideas make of log_var, each in one way or several."""
    half = log_var / 2
    return {
        "std-is-log-var": [log_var.abs(), half.abs()],
        "std-without-half": [log_var.exp()],
        "std-squared-instead-of-root": [(2 * log_var).exp()],
        "std-exponentiated-twice": [half.exp().exp(), (log_var.exp() / 2).exp(), log_var.exp().exp()],
        "std-is-one": [torch.ones_like(log_var)],
        "std-inverted": [(-half).exp()],
    }


def assert_gaussian_codes(codes: Tensor, mu: Tensor, log_var: Tensor) -> None:
    """Codes drawn for `repeated` rows of mu and log_var (G, L) are distributed as N(mu, exp(log_var))."""
    mean, spread = mu.double().flatten(), log_var.double().flatten()
    samples, deviation = grouped(codes, len(mu)), (spread / 2).exp()
    wrong = deviates_from_normal(samples, mean, deviation)
    if wrong is None:
        return
    zeros = torch.zeros_like(mean)
    suspects = {name: [(mean, one) for one in spreads] for name, spreads in wrong_spreads(spread).items()} | {
        "no-noise": [(mean, zeros)],
        "noise-not-centred": [(mean + deviation / 2, deviation / 12**0.5)],
        "noise-not-normal": [(mean, deviation / 3**0.5)],
        "mu-forgotten": [(zeros, deviation)],
        "std-added-without-noise": [(mean + deviation, zeros)],
    }
    measured = samples.std(0)
    misses = (samples.mean(0) - mean) / deviation if wrong == "mean" else (measured / deviation).log()
    worst = int(misses.abs().argmax())
    fail(
        f"The {wrong} of the codes is not that of N(mu, exp(log_var)).\n"
        f"for mu = {mean[worst]:.3g}, log_var = {spread[worst]:.3g}: expected mean {mean[worst]:.3g} and standard "
        f"deviation {deviation[worst]:.3g}, got {samples[:, worst].mean():.3g} and {measured[worst]:.3g}",
        "noise-not-normal" if wrong == "shape" else recognise(samples, suspects),
    )


def assert_own_noise(noise: Tensor, *, changes: bool) -> None:
    """The noise (times · G, L) behind `repeated` rows is another for each image and each latent.

    `changes` says whether a second call gave other noise; if not, what looks like shared noise is none at all.
    """
    one_image = bool(((noise[GROUPS:] - noise[:-GROUPS]).abs() < 1e-3).all())
    one_latent = bool(((noise - noise[:, :1]).abs() < 1e-3).all())
    expect(not bool((noise.abs() < 1e-3).all()), "There is no noise: the draws are the means.", "no-noise")
    expect(changes or not one_image, "There is no noise: images with the same mean and spread get the same draw.")
    expect(not (one_image and one_latent), "One and the same random number is used everywhere.", "noise-one-number")
    expect(not one_image, "All images of a batch get the same noise.", "noise-shared-across-batch")
    expect(not one_latent, "All numbers of an image get the same noise.", "noise-shared-across-latents")
    expect(
        not _copied(noise),
        "Half of the images get the noise of the other half, with its sign or with the other one.",
        "noise-shared-by-pairs",
    )
    expect(
        bool((noise.mean(0).abs() > 1e-6).any()),
        "The noise of a batch adds up to 0: the draws of its images depend on one another.",
    )
    standard = grouped(noise, GROUPS)
    standard = (standard - standard.mean(0)) / standard.std(0).clamp_min(1e-9)
    expect(
        not correlated(standard.reshape(noise.shape)),
        "The noise of different images, or of numbers of one image, is not independent.",
    )
    ones = torch.ones_like(standard[0])
    expect(
        deviates_from_normal(standard, 0 * ones, ones) is None,
        "Whatever its mean and spread, the noise is not normally distributed: draw it with `torch.randn_like`.",
    )


def _repeated(seen: dict[str, list[Any]], advanced: list[bool], fixed: str | None, *, heeds_seed: bool) -> str | None:
    """Why two calls in a row give the same, from whether each advanced the generator and whether a seed matters."""
    (_, after), (_, after_second), *_ = seen["states"]
    if advanced[0] and advanced[2]:
        return "noise-seeded-inside" if torch.equal(after, after_second) else None
    if heeds_seed:
        return None if any(advanced) else "generator-put-back"
    first = seen["codes"][0]
    if any(advanced[1:]) or not (first != first[:1]).any():
        return None
    return fixed or "noise-the-same-in-every-call"


def assert_same_images(
    samples: Tensor, right: Tensor, suspects: Mapping[str, Tensor | list[Tensor]], what: str
) -> None:
    """Images drawn one way are distributed as images drawn another way, pixel by pixel; all (N, G)."""
    if not differ(samples, right):
        return

    def fits(images: Tensor | list[Tensor]) -> bool:
        return not all(differ(samples, one) for one in (images if isinstance(images, list) else [images]))

    named = [name for name, images in suspects.items() if fits(images)]
    fail(
        f"{what} The pixels' means or variances differ by more than chance allows.",
        named[0] if len(named) == 1 else None,
    )


def assert_decoder_answers(images_of: Callable[[Tensor], Tensor], codes: Tensor) -> None:
    """A decoder repeats itself, and its images differ with the code (N, L) by more than a shimmer.

    Only then does it mean anything that two ways of drawing give images of the same distribution.
    """
    first, again = (assert_rows(images_of(codes), len(codes), "images") for _ in range(2))
    expect(torch.allclose(first, again, atol=1e-5), "The decoder gives another image each time for the same code.")
    spread = first.double().std(0).max().item()
    expect(spread > 0.02, f"The decoder's images hardly differ, whatever the code: by {spread:.2g} at any pixel.")


def assert_fresh_draws(seen: dict[str, list[Any]], what: str = "draws", fixed: str | None = None) -> None:
    """What is drawn in two calls in a row differs, and what is drawn under the same seed does not.

    seen: "codes" of four calls, the third under the seed of the first, the fourth under another, and the generator's
    "states" around each. fixed: the misconception where every call gives the same, of its own accord.
    """
    first, second, again, other = (assert_tensor(codes, what=f"the {what}") for codes in seen["codes"])
    advanced = [not torch.equal(before, after) for before, after in seen["states"]]
    drawn = advanced[0] and advanced[2]
    expect(
        not torch.equal(first, second),
        f"Two calls gave the same {what}: every call must draw anew.",
        _repeated(seen, advanced, fixed, heeds_seed=not torch.equal(first, other)),
    )
    expect(
        torch.equal(first, again),
        f"After `torch.manual_seed` with the same seed a call should give the same {what}: draw from torch's global "
        "generator.",
        None if drawn else "noise-not-from-torch",
    )
