"""Checks of Gumbel noise, and of throws by its means."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from grader.checks.discrete_latents import oracles, references
from grader.checks.kit.contracts import draws_numbers
from grader.checks.kit.hypotheses import explained
from grader.checks.kit.probes import draws, values
from grader.checks.kit.sampling import LIMIT, assert_fresh_draws
from grader.checks.kit.vocabulary import assert_matches, describe, expect, fail

SHARED = "Rows with the same logits get the same face in each call: each row needs noise of its own."
MORE_DICE = 12  # at most thrown where several wrong ideas explain the first: each tells about half of such cases apart
GROUPS, THROWS, SUSPECTED = 3, 20_000, 100_000  # dice, throws of each, and throws behind a suspect's shares
PAIRS = torch.tensor([[0.5, 0.0], [1.0, 0.0], [2.0, 0.0], [3.0, 0.0]])  # dice with two faces, one in the lead

# gumbel_noise ---------------------------------------------------------------------------------------------------------


@explained(references.NOISE)
def assert_noise(student: Any, draw: Any) -> None:
    """The noise is −log(−log u), near both ends of (0, 1) too."""
    for u in (draw.uniform(5, 7), _near_the_ends(draw)):
        result = student.gumbel_noise(u)
        expect(isinstance(result, Tensor), f"Expected the noise as a tensor, got {describe(result)}.")
        expect(
            not result.isnan().any(),
            "The noise is nan: the logarithm of a number below 0 was taken. −log u is positive, log u is not.",
        )
        suspects = oracles.gumbel_suspects(u)
        if result.shape != u.shape or not torch.allclose(result.double(), oracles.gumbel(u), 0, 2e-4):
            _assert_uniforms_used(student, u)
        assert_matches(result, oracles.gumbel(u), what="the noise", rtol=0, atol=2e-4, suspects=suspects)


def _assert_uniforms_used(student: Any, u: Tensor) -> None:
    """The noise is made of the numbers that are given, not of others that the function draws."""
    one, other = student.run(values, "gumbel_noise", [u], [u.flip(0)])
    ignored = isinstance(one, Tensor) and torch.equal(one, other) and draws_numbers(student, "gumbel_noise", u)
    message = "Under one seed the noise is the same whatever u is: it is made of other numbers, drawn by the function."
    expect(not ignored, message, "uniforms-not-used")


def _near_the_ends(draw: Any) -> Tensor:
    """Numbers within [1e-6, 1 − 1e-6], most of them close to an end.

    They are many, because what is rounded badly comes out right now and then.
    """
    distance = 10 ** -(1 + 4.9 * draw.uniform(12, 6))
    return torch.cat([distance, 1 - distance])


def assert_noise_finite(student: Any, draw: Any) -> None:
    """The noise is finite for every number that `torch.rand` can give, 0 among them."""
    u = draw.uniform(4, 3)
    u[0, 0], u[1, 1], u[2, 2], u[3, 0] = 0.0, 1 - 2**-24, 2**-24, 1e-30
    result = student.gumbel_noise(u)
    expect(isinstance(result, Tensor) and result.shape == u.shape, f"Expected noise of shape {tuple(u.shape)}.")
    expect(
        result.isfinite().all(),
        f"Where u is 0 or next to an end the noise is not finite: {result[~result.isfinite()].tolist()[:3]}. "
        "`torch.rand` gives exactly 0 once in 17 million numbers.",
        "gumbel-infinite-at-zero" if result.isfinite().sum() == result.numel() - 1 and result[0, 0].isinf() else None,
    )
    others = torch.ones_like(u, dtype=torch.bool)
    others[0, 0] = others[1, 1] = others[2, 2] = others[3, 0] = False
    wanted = oracles.gumbel(u)
    assert_matches(result[others], wanted[others], what="the noise of the other numbers", rtol=0, atol=2e-4)


def assert_noise_shapes(student: Any, draw: Any) -> None:
    """The noise has the shape of u, with any number of dimensions."""
    for shape in ((), (1,), (1, 1), (2, 3, 4)):
        u = draw.uniform(24)[: math.prod(shape)].reshape(shape)
        what = f"the noise of numbers of shape {shape}"
        assert_matches(student.gumbel_noise(u), oracles.gumbel(u), what=what, rtol=0, atol=2e-4)


# gumbel_max -----------------------------------------------------------------------------------------------------------


def dice(draw: Any) -> Tensor:
    """Logits (GROUPS, 5) of dice on whose throws right and wrong noise differ.

    No face is too rare to be counted, and in one row at least uniform noise decides, too.
    """
    while True:
        logits = 1.2 * draw(GROUPS, 5) + draw(GROUPS, 1)
        shares = logits.softmax(1)
        first, second = logits.topk(2).values.T
        if shares.min() > 0.01 and (shares.max(1).values > 0.5).all() and (first - second).min() < 0.8:
            return logits


def _faces(student: Any, logits: Tensor) -> Tensor:
    """The thrown faces, int64 (B,)."""
    faces = student.gumbel_max(logits)
    rows = len(logits)
    expect(isinstance(faces, Tensor), f"Expected a tensor of faces, got {describe(faces)}.")
    if faces.shape == logits.shape:
        fail(
            f"Expected one number for each row, shape ({rows},), got {describe(faces)}.",
            "faces-as-one-hot-rows" if _one_hot(faces) else None,
        )
    kept = faces.shape == (rows, 1) and not faces.is_floating_point() and bool((faces != faces[0]).any())
    message = f"Expected one face for each row, shape ({rows},), got {describe(faces)}."
    expect(faces.shape == (rows,), message, "formula-axis-kept" if kept else None)
    expect(faces.dtype == torch.int64, f"Expected faces as int64, got {describe(faces)}.")
    inside = (faces >= 0) & (faces < logits.shape[1])
    expect(inside.all(), f"Faces have the numbers 0 to {logits.shape[1] - 1}, but there are others.")
    return faces


def _one_hot(rows: Tensor) -> bool:
    """Whether there is a single 1 in each row, and 0 elsewhere; with one column there is no telling."""
    return rows.shape[1] > 1 and bool(((rows == 0) | (rows == 1)).all() and (rows.sum(1) == 1).all())


def assert_throws(student: Any, draw: Any) -> None:
    """The faces have the probabilities softmax(logits)."""
    logits = dice(draw)
    faces = _faces(student, logits.repeat(THROWS, 1)).reshape(THROWS, GROUPS)
    shares = _shares(faces)
    right = logits.double().softmax(1)
    if fits(shares, right, THROWS):
        return
    worst = divmod(int((shares - right).abs().argmax()), 5)
    message = (
        f"Face {worst[1]} has the probability {right[worst]:.3f} and comes up in a share of {shares[worst]:.3f} of "
        f"{THROWS:,} throws."
    )
    if (faces == faces[0]).all():
        varies = any(not torch.equal(faces[0], _faces(student, logits)) for _ in range(30))
        expect(not varies, f"{message} {SHARED}", "noise-shared-across-rows")
        always = torch.equal(faces[0], logits.argmax(1))
        drawn = draws_numbers(student, "gumbel_max", logits)
        reason = "numbers are drawn, but they change nothing" if drawn else "no random number is drawn"
        name = None if drawn or not always else "argmax-without-noise"
        fail(f"{message} Each row's face is always the same: {reason}.", name)
    named = _ideas(shares, logits, draw)
    if named:  # dice with two faces show the shape of the noise, also that of a right one of another size
        named &= _ideas(_thrown(student, PAIRS), PAIRS, draw)
    for _ in range(MORE_DICE):
        if len(named) > 1:  # normal noise and noise upside down are alike on many dice
            logits = dice(draw)
            named &= _ideas(_thrown(student, logits), logits, draw)
    if not named and _at_another_scale(student, shares, logits, draw):
        named = {"noise-of-another-size"}
    fail(message, named.pop() if len(named) == 1 else None)


def _shares(faces: Tensor, count: int = 5) -> Tensor:
    """The shares (G, count) of so many faces among throws (THROWS, G)."""
    return torch.stack([(faces == k).double().mean(0) for k in range(count)], 1)


def _thrown(student: Any, logits: Tensor) -> Tensor:
    """The shares of the faces of these dice, (G, C)."""
    faces = _faces(student, logits.repeat(THROWS, 1)).reshape(THROWS, len(logits))
    return _shares(faces, logits.shape[1])


def _ideas(shares: Tensor, logits: Tensor, draw: Any) -> set[str]:
    """The wrong ideas under which these shares would be as they are."""
    suspects = oracles.throw_suspects(logits, draw, SUSPECTED)
    return {name for name, ways in suspects.items() if any(fits(shares, way, THROWS, SUSPECTED) for way in ways)}


def _at_another_scale(student: Any, shares: Tensor, logits: Tensor, draw: Any) -> bool:
    """Whether all dice are softmax(a · logits) with one a that is not 1: Gumbel noise of the size 1/a.

    With two faces the odds tell a; noise of another kind would need another a for each lead, above all for long ones.
    """
    of_pairs = _thrown(student, PAIRS)
    scale = (of_pairs[1, 0].logit() / PAIRS[1, 0]).double()
    if not 0.2 < scale < 5 or abs(scale - 1) < 0.1:
        return False
    other = dice(draw)
    seen = [(shares, logits), (_thrown(student, other), other), (of_pairs, PAIRS)]
    return any(
        all(fits(one, (a * of.double()).softmax(1), THROWS) for one, of in seen)
        for a in (scale * torch.linspace(0.9, 1.1, 41)).tolist()
    )


def fits(shares: Tensor, expected: Tensor, *counts: int) -> bool:
    """Whether shares of so many throws differ from these (themselves shares of so many throws) by chance only."""
    variance = (expected * (1 - expected)).clamp(min=1e-4) * sum(1 / count for count in counts)
    return bool(((shares - expected).abs() <= LIMIT * variance.sqrt()).all())


def assert_own_throws(student: Any, draw: Any) -> None:
    """Rows are thrown independently of one another, and anew in every call."""
    logits = draw(1, 4) / 2
    faces = _faces(student, logits.expand(THROWS, -1).contiguous())
    shared = bool((faces == faces[0]).all())
    expect(not shared, SHARED, "noise-shared-across-rows" if shared and _varies(student, logits) else None)
    again = logits.double().softmax(1).square().sum()
    half = THROWS // 2
    pairs = (faces[:-1], faces[1:]), (faces[:half], faces[half:]), (faces[:half], faces[half:].flip(0))
    for one, other in pairs:
        share = (one == other).double().mean()
        allowed = LIMIT * (again * (1 - again) / half).sqrt() * 2
        expect(
            (share - again).abs() < allowed,
            f"Two rows of one batch have the same face in a share of {share:.3f} of cases; for independent throws it "
            f"would be {again:.3f}.",
        )
    seen = _as_numbers(student.run(draws, "gumbel_max", logits.expand(200, -1).contiguous()))
    assert_fresh_draws(seen, "faces", "noise-from-a-fixed-generator")


def _varies(student: Any, logits: Tensor) -> bool:
    """Whether single throws in calls of their own differ."""
    first = _faces(student, logits)
    return any(not torch.equal(first, _faces(student, logits)) for _ in range(30))


def _as_numbers(seen: dict[str, Any]) -> dict[str, Any]:
    """Draws of integers as draws of floats."""
    return seen | {"codes": [code.float() if isinstance(code, Tensor) else code for code in seen["codes"]]}


def assert_throw_edges(student: Any, draw: Any) -> None:
    """One row, one face, logits far from 0 and logits moved together."""
    expect(_faces(student, draw(4, 1)).eq(0).all(), "A die with one face always shows it.")
    _faces(student, draw(1, 6))
    far = torch.tensor([[1e4, -1e4, 0.0], [-1e4, 0.0, 1e4], [0.0, 60.0, -60.0]])
    expect(_faces(student, far).tolist() == [0, 2, 1], "Where one logit leads by 60 or more, its face is certain.")
    logits = torch.tensor([[0.4, 0.0]]).expand(THROWS, -1)
    share = _faces(student, (logits + 50).contiguous()).double().mean()
    wanted = torch.tensor([[0.4, 0.0]]).double().softmax(1)[0, 1]
    expect((share - wanted).abs() < 0.5 * LIMIT / THROWS**0.5, "Adding 50 to all logits changes the die.")
