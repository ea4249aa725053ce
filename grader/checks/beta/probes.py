"""Probes for lesson 4: a sweep over prices with stand-ins, and what the trained models say and do."""
# What probes are given has no types.
# mypy: disable-error-code="no-untyped-def"

import torch
from torch import nn

from grader.checks.kit.stand_ins import Encoder, Model, Record, global_modes


class TiedDecoder(nn.Module):
    """x_hat = sigmoid(b + Σ m) with the encoder's m: the two terms of the loss pull at the same weights."""

    def __init__(self, weights, encoder):
        super().__init__()
        self.m, self.b = encoder.m, nn.Parameter(weights["b"].clone())

    def forward(self, z):
        return torch.sigmoid(self.b + self.m.sum(1)).expand(len(z), -1)


def tuples(points):
    """Points as plain tuples, where they can be."""
    if not isinstance(points, list | tuple):
        return points
    return [tuple(point) if isinstance(point, list | tuple) else point for point in points]


def sweep(names, betas, weights, train_batches, test_batches, options, once):
    """Runs `beta_sweep` with stand-ins that all start from the same weights and do not depend on any draw."""

    def new_model():
        encoder = Encoder(weights, Record())
        return Model(encoder, TiedDecoder(weights, encoder), weights["m"].shape[1])

    before = global_modes()
    points = names.beta_sweep(iter(betas) if once else betas, new_model, train_batches, test_batches, **options)
    after = global_modes()
    torch.set_grad_enabled(True)
    return {"points": tuples(points), "before": before, "after": after}


def asks_for_models(names, betas, weights, train_batches, test_batches):
    """Whether `beta_sweep` calls `make_model` before it ends, or raises an error."""
    calls = []

    def new_model():
        calls.append(1)
        encoder = Encoder(weights, Record())
        return Model(encoder, TiedDecoder(weights, encoder), weights["m"].shape[1])

    try:
        names.beta_sweep(betas, new_model, train_batches, test_batches, epochs=1)
    except Exception:
        torch.set_grad_enabled(True)
    return bool(calls)


def report(names):
    """What `trained_beta` says, its models left out: for these only the prices."""
    answer = names.trained_beta
    if not isinstance(answer, dict):
        return {"type": type(answer).__name__}
    said = {key: value for key, value in answer.items() if key != "models"}
    models = answer.get("models")
    if "frontier" in said:
        said["frontier"] = tuples(said["frontier"])
    return {"said": said, "models": sorted(map(float, models)) if isinstance(models, dict) else None}
