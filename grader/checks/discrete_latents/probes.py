"""Probes for lesson 6: straight-through gradients, and a joint VAE or a part of it as a network of one input."""
# What probes are given has no types.
# mypy: disable-error-code="no-untyped-def"

import torch
from torch import nn

from grader.checks.kit.probes import network, part_of, plain

TAU = 0.7  # the temperature at which models are built


def jacobian(names, logits, tau, hard):
    """A sample under one seed, and the gradients of each of its columns, (C, B, C); nothing where no graph leads."""
    samples, slopes = [], []
    for column in range(logits.shape[1]):
        leaf = logits.clone().requires_grad_()
        torch.manual_seed(7)
        sample = names.gumbel_softmax_sample(leaf, tau, hard)
        samples.append(sample.detach())
        if not sample.requires_grad:
            return {"samples": samples, "slopes": None}
        (slope,) = torch.autograd.grad(sample[:, column].sum(), leaf, allow_unused=True)
        slopes.append(torch.zeros_like(leaf) if slope is None else slope)
    return {"samples": samples, "slopes": torch.stack(slopes)}


def without_gradients(names, logits, tau):
    """A soft sample drawn while gradients are switched off."""
    with torch.no_grad():
        return plain(names.gumbel_softmax_sample(logits, tau))


class Part(nn.Module):
    """A part of a joint model as a network of one input: its encoder, one head of it, or its decoder of rows [z c]."""

    def __init__(self, model, part, head, latents):
        super().__init__()
        self.model, self.part, self.head, self.latents = model, part, head, latents

    def forward(self, rows):
        if self.part == "decoder":
            return part_of(self.model, "decoder")(
                rows[:, : self.latents].contiguous(), rows[:, self.latents :].contiguous()
            )
        said = part_of(self.model, "encoder")(rows)
        return said if self.head is None else said[self.head]


class Whole(nn.Module):
    """A joint model at one temperature, as a network of one input."""

    def __init__(self, model, tau):
        super().__init__()
        self.model, self.tau = model, tau

    def forward(self, x):
        return self.model(x, self.tau)

    def cluster(self, x):
        return self.model.cluster(x)


def new_joint(names, sizes, gain):
    """A new joint model with generic weights."""
    return network(names, "JointVAE", sizes, gain, torch.full((2, sizes["input_dim"]), 0.5), TAU)


def joint_part(names, sizes, gain, part, head):
    """A part of a new joint model with generic weights."""
    return Part(new_joint(names, sizes, gain), part, head, sizes["latent_dim"])


def joint_whole(names, sizes, gain, tau):
    """A new joint model with generic weights, at one temperature."""
    return Whole(new_joint(names, sizes, gain), tau)


def encoded(names, whole, x):
    """What the encoder of such a model says."""
    return plain(part_of(whole.model, "encoder")(x))


def decoded(names, whole, z, c):
    """What the decoder of such a model makes of codes and points of the simplex."""
    return plain(part_of(whole.model, "decoder")(z, c))


def with_one_draw(names, whole, x, certain_face):
    """x_hat of the same images in two calls, where chance is taken out of z, or else out of c.

    What the encoder says is changed on its way: z without spread, or a face that is certain. None where it cannot be.
    """

    def change(encoder, inputs, said):
        mu, log_var, logits = said
        if not certain_face:
            return mu, log_var - 80, logits
        lead = torch.zeros_like(logits)
        lead[:, 0] = 1e4
        return mu, log_var, lead

    encoder = part_of(whole.model, "encoder")
    if not isinstance(encoder, nn.Module):
        return None
    hook = encoder.register_forward_hook(change)
    try:
        return [plain(whole(x)[0]) for _ in range(2)]
    finally:
        hook.remove()


def at_temperatures(names, whole, x, temperatures):
    """x_hat of the same images at each temperature, under one seed, in training mode and in evaluation mode."""
    given = []
    for training in (True, False):
        whole.train(training)
        of_mode = []
        for tau in temperatures:
            torch.manual_seed(5)
            of_mode.append(plain(whole.model(x, tau)[0]))
        given.append(of_mode)
    whole.train()
    return given


def attributes(names, sizes):
    """`latent_dim` and `num_classes` of a new model."""
    model = names.JointVAE(**sizes)
    return [getattr(model, name, None) for name in ("latent_dim", "num_classes")]


def clustered(names, whole, x):
    """The clusters of images in both modes, whether they have a graph, and whether anything was drawn."""
    seen = []
    for training in (True, False):
        whole.train(training)
        before = torch.get_rng_state()
        clusters = whole.cluster(x.clone())
        drawn = not torch.equal(before, torch.get_rng_state())
        seen.append([plain(clusters), bool(getattr(clusters, "requires_grad", False)), drawn])
    whole.train()
    return seen
