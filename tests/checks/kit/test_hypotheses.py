"""Mutants as hypotheses: what is named, what is not, and what a check makes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from grader.checks.kit.hypotheses import Explanation, Idea, Reference, explained
from grader.checks.kit.oracles import kl_formulas
from grader.checks.kit.references import kl, schedule, warmed_up
from grader.failures import CheckFailure, Raised
from grader.seeds import Draw

KL = Reference(
    "kl_divergence",
    (kl,),
    {"mu": "images latents", "log_var": "images latents"},
    inputs=lambda draw, rows: (draw(rows, 3), draw(rows, 3)),
)


class Submission:
    """A submission of one function."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def run(self, probe: object, name: str, *calls: list[Any]) -> list[Any]:
        return [self._function(*call) for call in calls]


def told(function: Callable[..., Any], reference: Reference = KL, **options: Any) -> Explanation | None:
    return reference.explain(Submission(function), Draw(3, "hypotheses"), **options)


def terms(mu: Tensor, log_var: Tensor) -> Tensor:
    return mu.square() + log_var.exp() - 1 - log_var


MEAN_SQUARE = Reference(
    "mean_square",
    (lambda x: x.square().mean(),),
    {"x": "images pixels"},
    inputs=lambda draw, rows: (draw(rows, 3),),
)


def test_one_of_two_means_may_come_before_the_square() -> None:
    found = told(lambda x: x.mean(0).square().mean(), MEAN_SQUARE)
    assert found is not None
    assert found.names == ("formula-order",)
    assert "after the mean over the images" in found.sentence


def test_one_less_than_all_numbers_is_an_off_by_one() -> None:
    found = told(lambda x: x.square().sum() / (x.numel() - 1), MEAN_SQUARE)
    assert found is not None
    assert found.names == ("formula-off-by-one",)


@pytest.mark.parametrize(
    ("function", "kind", "words"),
    [
        (lambda mu, log_var: terms(mu, log_var).sum(1), "formula-factor-missing", "the factor ½ is missing before"),
        (lambda mu, log_var: terms(mu, log_var).mean(1) / 2, "formula-mean-for-sum", "the sum over the latents of"),
        (lambda mu, log_var: terms(mu, log_var).sum(0) / 2, "formula-wrong-axis", "runs over the images"),
        (lambda mu, log_var: terms(mu, log_var) / 2, "formula-not-reduced", "is not taken"),
        (lambda mu, log_var: terms(mu, log_var).sum(1, keepdim=True) / 2, "formula-axis-kept", "keeps its axis"),
        (lambda mu, log_var: terms(mu, log_var)[:, 0] / 2, "formula-one-item-only", "only the first of the latents"),
        (lambda mu, log_var: terms(mu, log_var)[:, 1:].sum(1) / 2, "formula-off-by-one", "the first of the latents"),
        (lambda mu, log_var: terms(log_var, mu).sum(1) / 2, "formula-arguments-swapped", "μ and log σ² have changed"),
        (lambda mu, log_var: terms(mu, log_var / 2).sum(1) / 2, "formula-other-scale", "log σ stands for log σ²"),
        (
            lambda mu, log_var: (mu.square() / 2 + log_var.exp() - 1 - log_var).sum(1),
            "formula-bracket",
            "the factor ½ reaches only μ²",
        ),
    ],
    ids=["½", "mean", "axis", "no sum", "column", "one", "range", "order", "scale", "bracket"],
)  # fmt: skip
def test_one_change_of_the_formula_is_told(function: Callable[..., Any], kind: str, words: str) -> None:
    explanation = told(function)
    assert explanation is not None
    assert explanation.names == (kind,)
    assert words in explanation.sentence


@pytest.mark.parametrize(
    ("form", "function", "kind", "words"),
    [
        (
            lambda mu, log_var: mu + (log_var / 2).exp() * log_var,
            lambda mu, log_var: (mu + log_var) * (log_var / 2).exp(),
            "formula-bracket",
            "the factor σ reaches all of μ + σ · log σ²",
        ),
        (
            lambda mu, log_var: (mu.square().sum(1) + log_var.exp().sum(1)).mean(),
            lambda mu, log_var: mu.square().sum(1).mean() + log_var.exp().sum(1),
            "formula-not-reduced",
            "the mean over the images is taken of Σ[latents](μ²) only",
        ),
    ],
    ids=["a factor of all", "a mean of one term"],
)
def test_a_bracket_that_closes_elsewhere_is_told(
    form: Callable[..., Any], function: Callable[..., Any], kind: str, words: str
) -> None:
    explanation = told(function, Reference("sum", (form,), KL.axes, KL.inputs))
    assert explanation is not None
    assert explanation.names == (kind,)
    assert words in explanation.sentence


def reversed_kl(mu: Any, log_var: Any) -> Any:
    return 0.5 * (log_var + (1 + mu.square()) / log_var.exp() - 1).sum(1)


def test_a_slip_in_a_wrong_formula_is_named_beside_it() -> None:
    idea = Idea("kl-reversed", "the two distributions are swapped", reversed_kl)
    reference = Reference(KL.function, KL.forms, KL.axes, KL.inputs, ideas=(idea,))
    alone = told(reversed_kl, reference)
    assert alone is not None
    assert alone.names == ("kl-reversed",)
    both = told(lambda mu, log_var: reversed_kl(mu, log_var) / 3, reference)
    assert both is not None
    assert both.names == ("kl-reversed", "formula-mean-for-sum")
    assert "two things are wrong at once: the two distributions are swapped; and the sum" in both.sentence


@pytest.mark.parametrize("seed", range(4))
def test_a_bound_is_told_beside_another_change_whichever_side_the_first_draw_is_on(seed: int) -> None:
    weight = Reference("weight", (warmed_up,), {"step": "#", "steps": "#", "most": ""}, schedule, cases=16)
    late = Submission(lambda step, steps, most: most * step / (steps + 1))
    explanation = weight.explain(late, Draw(seed, "bound"))
    assert explanation is not None
    assert explanation.names == ("formula-bound", "formula-off-by-one")


def test_two_changes_at_once_are_both_named() -> None:
    explanation = told(lambda mu, log_var: terms(mu, log_var).sum(0))
    assert explanation is not None
    assert explanation.names == ("formula-factor-missing", "formula-wrong-axis")
    assert "two things are wrong at once: the factor ½ is missing" in explanation.sentence
    assert "; and the sum over the latents" in explanation.sentence


def test_a_change_that_amounts_to_a_known_idea_has_its_name() -> None:
    known = Reference(KL.function, KL.forms, KL.axes, KL.inputs, suspects=kl_formulas)
    assert told(lambda mu, log_var: terms(mu, log_var).sum(1), known) == Explanation(("kl-missing-half",), "")
    both = told(lambda mu, log_var: terms(mu, log_var).sum(0), known)
    assert both is not None
    assert both.names == ("kl-missing-half", "formula-wrong-axis")


@pytest.mark.parametrize(
    "function",
    [
        kl,
        lambda mu, log_var: kl(mu, log_var).clone().requires_grad_(),
        lambda mu, log_var: 3.3 * kl(mu, log_var) + mu[:, 0],
        lambda mu, log_var: torch.zeros(len(mu)),
        lambda mu, log_var: torch.full((len(mu),), torch.nan),
        lambda mu, log_var: None,
        lambda mu, log_var: torch.rand(len(mu)),
    ],
    ids=["right", "right with a graph", "unknown", "nothing", "no numbers", "None", "chance"],
)
def test_no_name_without_evidence(function: Callable[..., Any]) -> None:
    assert told(function) is None
    assert told(function, of_one_row=True) is None


def test_a_function_that_raises_is_not_explained() -> None:
    def raises(mu: Tensor, log_var: Tensor) -> Tensor:
        raise CheckFailure("raised")

    assert told(raises) is None


def test_what_several_changes_would_give_is_not_named() -> None:
    narrow = Reference(
        "weight",
        (warmed_up,),
        {"step": "#", "steps": "#", "most": ""},
        inputs=lambda draw, rows: (50, 10, draw.uniform(1).item()),
    )
    assert told(lambda step, steps, most: step / steps, narrow) is None


def test_single_rows_are_asked_for_where_several_are_right() -> None:
    squeezed = told(lambda mu, log_var: kl(mu, log_var).squeeze(), of_one_row=True)
    assert squeezed is not None
    assert squeezed.names == ("formula-axis-squeezed",)
    assert told(lambda mu, log_var: 2 * kl(mu, log_var), of_one_row=True) is None


def test_noise_is_taken_from_the_function_itself() -> None:
    noisy = Reference(
        "draw",
        (lambda mu, noise: mu + noise,),
        {"mu": "images latents", "noise": "images latents"},
        inputs=lambda draw, rows: (draw(rows, 3),),
        noise=lambda mu: (torch.zeros_like(mu),),
    )
    noise = torch.randn(5, 3)
    explanation = told(lambda mu: mu * (mu != 0) * 0 + noise, noisy)
    assert explanation is None  # the same whatever it is asked
    explanation = told(lambda mu: noise - mu, noisy)
    assert explanation is not None
    assert "the sign of μ is wrong" in explanation.sentence


class TestChecks:
    """What a check makes of an explanation."""

    @staticmethod
    def failure(function: Callable[..., Any], error: CheckFailure) -> CheckFailure:
        @explained(KL)
        def check(student: Any, draw: Any) -> None:
            raise error

        with pytest.raises(CheckFailure) as raised:
            check(Submission(function), Draw(3, "checks"))
        return raised.value

    def test_a_failure_without_a_name_gets_one_and_keeps_its_evidence(self) -> None:
        failure = self.failure(lambda mu, log_var: terms(mu, log_var).sum(0), CheckFailure("Expected 1.\nexpected: 1"))
        assert failure.misconception == "formula-factor-missing"
        assert failure.also == ("formula-wrong-axis",)
        sentence, evidence = failure.message.split("\n")
        assert sentence.startswith("Expected 1. This is what the formula gives if two things")
        assert evidence == "expected: 1"

    @pytest.mark.parametrize(
        "error", [CheckFailure("wrong", "kl-sign"), Raised("raised ValueError")], ids=["named", "raised"]
    )
    def test_other_failures_stay_as_they_are(self, error: CheckFailure) -> None:
        assert self.failure(lambda mu, log_var: 2 * kl(mu, log_var), error) is error

    def test_a_right_answer_gets_no_name(self) -> None:
        assert self.failure(kl, CheckFailure("slow")).misconception is None

    def test_what_passes_is_not_asked_again(self) -> None:
        @explained(KL)
        def check(student: Any, draw: Any) -> int:
            return 7

        assert check(None, None) == 7
