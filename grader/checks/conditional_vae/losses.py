"""The losses of a batch under the stand-in for an epoch: the negative ELBO, and what wrong ideas make of it."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor

from grader.checks.conditional_vae.networks import one_hot
from grader.checks.kit import epochs
from grader.checks.kit.epochs import Weights
from grader.checks.kit.oracles import Suspects, bce_formulas, bernoulli_nll, gaussian_kl, kl_formulas

Pair = tuple[Tensor, Tensor]
LABEL_MISTAKES = ("label-ignored", "label-of-another-image")


def outputs_of(weights: Weights, pair: Pair, mistake: str = "") -> tuple[Tensor, Tensor, Tensor]:
    """x_hat, mu and log_var of a batch, with a graph; codes are taken for their means. A mistake changes the labels."""
    x, y = pair
    weights = {name: value.double() for name, value in weights.items()}
    c = one_hot(y, len(weights["k"])).double()
    c = {"label-ignored": 0 * c, "label-of-another-image": c.flip(0)}.get(mistake, c)
    rows = torch.cat([x.double(), c], dim=1)
    mu, log_var = rows @ weights["m"], rows @ weights["v"] + weights["cv"]
    return torch.sigmoid(c @ weights["k"] + mu @ weights["u"]), mu, log_var


def losses_of(weights: Weights, pair: Pair, mistake: str = "") -> Tensor:
    """The loss of each image of a batch, with a graph. A mistake changes the labels."""
    x_hat, mu, log_var = outputs_of(weights, pair, mistake)
    return bernoulli_nll(x_hat, pair[0]) + gaussian_kl(mu, log_var)


def cut_sgd(weights: Weights, pairs: list[Pair], rate: float) -> list[Weights]:
    """The weights after an epoch in which the losses are right and some of the gradients are cut off."""

    def losses(cut: tuple[str, ...], current: Weights, pair: Pair) -> Tensor:
        x_hat, mu, log_var = (
            value.detach() if name in cut else value
            for name, value in zip(("x_hat", "mu", "log_var"), outputs_of(current, pair), strict=True)
        )
        return bernoulli_nll(x_hat, pair[0]) + gaussian_kl(mu, log_var)

    cuts = (("mu", "log_var"), ("mu",), ("log_var",), ("x_hat",))
    return [epochs.descend(weights, pairs, partial(losses, cut), rate)[0] for cut in cuts]


def all_losses(weights: Weights, pairs: list[Pair], mistake: str = "") -> list[Tensor]:
    """The losses of each batch, of weights that stay as they are."""
    return [losses_of(weights, pair, mistake) for pair in pairs]


def sgd(weights: Weights, pairs: list[Pair], rate: float, mistake: str = "") -> tuple[Weights, list[Tensor]]:
    """One epoch of gradient descent, right or with a mistake: the new weights, and the losses on the way."""
    return epochs.descend(weights, pairs, partial(losses_of, mistake=mistake), rate, mistake)


def batch_suspects(weights: Weights, pairs: list[Pair]) -> Suspects:
    """The losses (batches,) that wrong ideas give for weights that stay as they are, where the right one is a mean."""
    of_labels = {
        name: torch.stack([losses.mean() for losses in all_losses(weights, pairs, name)]) for name in LABEL_MISTAKES
    }
    given = [(pair[0].double(), *outputs_of(weights, pair)) for pair in pairs]
    of_batches = [_of_batch(*batch) for batch in given]
    return of_labels | {
        name: [torch.stack(of_form) for of_form in zip(*(of_batch[name] for of_batch in of_batches), strict=True)]
        for name in of_batches[0]
    }


def _of_batch(x: Tensor, x_hat: Tensor, mu: Tensor, log_var: Tensor) -> dict[str, list[Tensor]]:
    """What wrong ideas make of the loss of one batch: the forms of each."""
    bce, kl = bernoulli_nll(x_hat, x), gaussian_kl(mu, log_var)
    images, pixels, latents = *x.shape, mu.shape[1]
    wrong = {name: _with(bce, values) for name, values in kl_formulas(mu, log_var).items() if name != "kl-sign"}
    wrong |= {name: _with(kl, values) for name, values in bce_formulas(x_hat, x).items() if name != "bce-sign"}
    return wrong | {
        "elbo-sign": [-(bce + kl).mean()],
        "elbo-kl-subtracted": [(bce - kl).mean(), (kl - bce).mean()],
        "elbo-kl-missing": [bce.mean()],
        "elbo-reconstruction-missing": [kl.mean()],
        "elbo-summed-over-batch": [(bce + kl).sum()],
        "elbo-divided-by-batch-twice": [(bce + kl).mean() / images],
        "elbo-terms-reduced-differently": [
            *(bce.mean() + kl.sum(), bce.sum() + kl.mean(), bce.mean() / pixels + kl.sum()),
            *(bce.sum() + kl.mean() / latents, bce.mean() + kl.mean() / images),
        ],
        "elbo-mean-over-everything": [bce.mean() / pixels + kl.mean() / latents, (bce + kl).mean() / pixels],
        "kl-divided-by-pixels": [bce.mean() + kl.mean() / many for many in (pixels, 784)],
        "mu-and-log-var-swapped": [(bce + gaussian_kl(log_var, mu)).mean()],
    }


def _with(other: Tensor, values: Any) -> list[Tensor]:
    """The losses with each of several wrong forms (B,) of a term beside the other one."""
    return [(other + value).mean() for value in (values if isinstance(values, list) else [values])]
