"""Checks of the two KLs of a die: that of each image, and that of the batch's mean."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from grader.checks.discrete_latents import oracles, references
from grader.checks.discrete_latents.ideas import assert_all_match
from grader.checks.kit.contracts import gradients_of
from grader.checks.kit.hypotheses import explained
from grader.checks.kit.inputs import confirmed, told_apart
from grader.checks.kit.probes import gradients, values
from grader.checks.kit.vocabulary import assert_matches, assert_tensor, describe, expect, fail

Oracle = Callable[[Tensor], Tensor]

# categorical_kl -------------------------------------------------------------------------------------------------------


@explained(references.CATEGORICAL)
def assert_image_kl(student: Any, draw: Any) -> None:
    """The KL of each image, for several numbers of faces."""

    def make() -> Any:
        logits = 1.5 * draw(6, int(draw.integers(3, 6, 1)))
        return logits, oracles.categorical_kl(logits), oracles.categorical_suspects(logits)

    for _ in range(2):
        logits, expected, suspects = told_apart(make)
        assert_matches(student.categorical_kl(logits), expected, what="the KL", suspects=suspects)


def assert_image_kl_bounds(student: Any, draw: Any) -> None:
    """The KL is 0 for a fair die, log C for a certain one, and never outside; moving all logits changes nothing."""
    cases = []
    for faces in (2, 10):
        certain = 60 * torch.eye(faces)[[1, 1, 1]]
        for logits, wanted in ((torch.full((3, faces), 0.7), 0.0), (certain, math.log(faces))):
            value = assert_tensor(student.categorical_kl(logits), (3,), "the KL of fair or certain dice")
            bent = {"kl-of-bent-probabilities": oracles.bent_categorical_kl(logits)}
            cases.append((value, torch.full((3,), wanted), bent))
    assert_all_match(cases, "the KL of dice that are fair or certain", rtol=1e-6, atol=2e-6)
    logits = draw(5, 4)
    result, right = student.categorical_kl(logits + 30.0), oracles.categorical_kl(logits)

    def ideas() -> dict[str, Any]:
        return {"logits-clamped": result} if _clamped(student, draw) else {}

    assert_matches(result, right, what="the KL of logits plus 30", atol=1e-4, suspects=ideas)


def _clamped(student: Any, draw: Any) -> bool:
    """Whether the KL is that of logits that are cut off at one of some usual limits, and right below it."""
    for limit in (3.0, 5.0, 8.0, 10.0, 15.0, 20.0, 25.0, 30.0):
        around = [shift + 1.5 * draw(8, 4) for shift in (0.0, limit, limit + 1)]
        cut = [oracles.categorical_kl(one.clamp(-limit, limit)) for one in around]
        came = student.run(values, "categorical_kl", *([one] for one in around))
        if all(_same(one, other) for one, other in zip(came, cut, strict=True)):
            return True
    return False


def _same(came: Any, wanted: Tensor) -> bool:
    return isinstance(came, Tensor) and came.shape == wanted.shape and torch.allclose(came.double(), wanted, 1e-3, 1e-4)


def assert_image_kl_finite(student: Any, draw: Any) -> None:
    """Logits of ±1e4 give finite values, right to 1e-3, and finite gradients."""
    logits = _far(draw)
    weights = draw.uniform(len(logits))
    result = _finite_result(student, "categorical_kl", oracles.categorical_kl, weights, logits, draw)
    assert_matches(result, oracles.categorical_kl(logits), what="the KL of such logits", atol=1e-3)


def _far(draw: Any) -> Tensor:
    """Rows in which a probability is exactly 0, in all or some of them, or logits are far from 0."""
    logits = draw(6, 4)
    logits[:, 2] = -1e4
    logits[1] = torch.tensor([1e4, -1e4, -1e4, 0.0])
    logits[2, :2] = -200.0
    logits[3] = torch.tensor([1e4, 1e4, -1e4, 1e4])
    return logits


def _finite_result(student: Any, function: str, oracle: Oracle, weights: Tensor, logits: Tensor, draw: Any) -> Any:
    """What the function gives where probabilities are exactly 0: it and its gradients are finite.

    The zeros are to blame only where the values of other logits are right.
    """
    seen = student.run(gradients, function, weights, logits)
    result, gradient = seen["result"], seen["gradients"][0]
    expect(isinstance(result, Tensor), f"Expected a tensor, got {describe(result)}.")
    near = draw(4, 3)
    usual = student.run(gradients, function, torch.tensor(1.0), near)
    right, value = oracle(near), usual["result"]
    fine = isinstance(value, Tensor) and value.shape == right.shape and torch.allclose(value.double(), right, 1e-3)
    expect(
        result.isfinite().all(),
        "With logits of ±1e4 the result is not finite: a probability is exactly 0 there, and its logarithm infinite.",
        "zero-times-log-of-zero" if fine else None,
    )
    expect(
        gradient is None or gradient.isfinite().all(),
        "With logits of ±1e4 the gradients are not finite: the derivative of q log q at q = 0 is infinite.",
        "zero-times-log-of-zero"
        if fine and usual["gradients"][0] is not None and usual["gradients"][0].isfinite().all()
        else None,
    )
    return result


def assert_image_kl_gradients(student: Any, draw: Any) -> None:
    """The gradient is q_k (log q_k + H)."""
    logits, weights = draw(5, 4), draw(5)
    _, (gradient,) = gradients_of(student, "categorical_kl", weights, logits, needed=(0,), what="the KL")
    log_q = logits.double().log_softmax(1)
    entropy = -(log_q.exp() * log_q).sum(1, keepdim=True)
    expected = weights.double()[:, None] * log_q.exp() * (log_q + entropy)
    assert_matches(gradient, expected, what="the gradient", rtol=1e-3, atol=1e-5)


@explained(references.CATEGORICAL, of_one_row=True)
def assert_image_kl_of_one(student: Any, draw: Any) -> None:
    """A single image, and a die with a single face."""
    for shape in ((1, 7), (1, 2), (5, 1)):
        logits = draw(*shape)
        expected = oracles.categorical_kl(logits) if shape[1] > 1 else torch.zeros(shape[0])
        assert_matches(student.categorical_kl(logits), expected, what=f"the KL of logits of shape {shape}")


# aggregate_kl ---------------------------------------------------------------------------------------------------------


@explained(references.AGGREGATE)
@confirmed
def assert_batch_kl(student: Any, draw: Any) -> None:
    """The KL of the batch's mean die."""

    def make() -> Any:
        logits = 1.7 * draw(7, int(draw.integers(3, 6, 1))) + draw(1)
        return logits, oracles.aggregate_kl(logits), oracles.aggregate_suspects(logits)

    for _ in range(2):
        logits, expected, suspects = told_apart(make)
        value = student.aggregate_kl(logits)
        if isinstance(value, float) and math.isclose(value, expected, rel_tol=1e-3):
            fail(f"Expected a scalar tensor with a graph, got {describe(value)}.", "float-for-a-scalar-tensor")
        assert_matches(value, expected, what="the aggregate KL", suspects=suspects)


def assert_information(student: Any, draw: Any) -> None:
    """The mean KL minus the aggregate KL is the information: all of log C for varied dice, none for constant ones."""
    certain = 60 * torch.eye(5)
    varied, constant = student.aggregate_kl(certain.repeat(3, 1)), student.aggregate_kl(certain[1:2].repeat(7, 1))
    assert_matches(varied, torch.tensor(0.0), what="the aggregate KL of certain dice, all faces alike", atol=2e-6)
    assert_matches(constant, torch.tensor(math.log(5)), what="the aggregate KL of a constant certain die", atol=2e-6)
    logits = draw(1, 6)
    expected = oracles.categorical_kl(logits)[0]
    assert_matches(student.aggregate_kl(logits.repeat(4, 1)), expected, what="the aggregate KL of four equal dice")
    assert_matches(student.aggregate_kl(logits), expected, what="the aggregate KL of one image")


@confirmed
def assert_batch_kl_finite(student: Any, draw: Any) -> None:
    """A face with probability 0 in every image leaves values and gradients finite."""
    logits = _far(draw)
    result = _finite_result(student, "aggregate_kl", oracles.aggregate_kl, torch.tensor(1.0), logits, draw)
    suspects = {"unused-faces-left-out": oracles.kl_over_used_faces(logits)}
    what = "the aggregate KL of such logits"
    assert_matches(result, oracles.aggregate_kl(logits), what=what, atol=1e-3, suspects=suspects)
    constant = torch.full((4, 3), -1e4)
    constant[:, 1] = 1e4
    _finite_result(student, "aggregate_kl", oracles.aggregate_kl, torch.tensor(1.0), constant, draw)


def assert_batch_kl_gradients(student: Any, draw: Any) -> None:
    """The gradient is q_bk (log q̄_k − Σ_j q_bj log q̄_j) / B."""
    logits = 1.5 * draw(5, 4)
    _, (gradient,) = gradients_of(
        student, "aggregate_kl", torch.tensor(1.0), logits, needed=(0,), what="the aggregate KL"
    )
    q = logits.double().softmax(1)
    log_mean = q.mean(0).log()
    expected = q * (log_mean - (q * log_mean).sum(1, keepdim=True)) / len(q)
    assert_matches(gradient, expected, what="the gradient", rtol=1e-3, atol=1e-5)
