"""Probes for conditional models and for the functions that use them. Labels reach models one-hot, as `c` (B, C).

The stand-ins have encoder, decoder, latent_dim and num_classes like a CVAE, and every number that they give is known.
For an epoch of training, with rows [x c], mu = [x c] m, log_var = [x c] v and x_hat = sigmoid(c k + z u). For the
functions that use a model the label also changes what the other input does, so that nothing can be put together from
parts: mu = a + b + a b, with a = x m and b = c m; x_hat = sigmoid(asinh(2 a) (1 + tanh(b) / 2) + b), with a = z w and
b = c w.
"""
# What probes are given has no types.
# mypy: disable-error-code="no-untyped-def, override, attr-defined, var-annotated"

import torch
from torch import nn

from grader.checks.kit.probes import draw_weights, network, part_of, plain, several
from grader.checks.kit.stand_ins import (
    Batches,
    Encoder,
    Model,
    Record,
    copied,
    global_modes,
    lost_marks,
    mark,
    observed,
)


class Joined(nn.Module):
    """A conditional network as a function of the joined rows [first c]."""

    def __init__(self, network, width):
        super().__init__()
        self.network, self.width = network, width

    def forward(self, joined):
        return self.network(joined[:, : self.width].contiguous(), joined[:, self.width :].contiguous())


def network_pair(names, class_name, sizes, gain, first, c):
    """A new conditional network with generic weights, and the same network as a function of joined rows."""
    model = network(names, class_name, sizes, gain, first, c)
    return [model, Joined(model, first.shape[1])]


def joined_part(names, class_name, sizes, gain, first, c, part, width):
    """A part of a new model with generic weights, as a function of joined rows [first c] with `width` columns first."""
    return Joined(part_of(network(names, class_name, sizes, gain, first, c), part), width)


def several_joined(names, class_name, sizes, gain, times, joined):
    """What each of several new networks with generic weights gives for joined rows."""
    width = joined.shape[1] - sizes["num_classes"]
    first, c = joined[:, :width].contiguous(), joined[:, width:].contiguous()
    return several(names, class_name, sizes, gain, times, first, c)


def part_outputs(names, model, part, inputs):
    """What a part of a model (or with an empty name the whole) gives for each pair (first, c) of `inputs`."""
    target = part_of(model, part)
    outputs = [target(first, c) for first, c in inputs]
    return [plain(output) for output in outputs]


def parts(names, model, x, z, c):
    """How the parts of a model may be called ("both", "without label", or the error), and its numbers."""
    answers = {"latent_dim": getattr(model, "latent_dim", None), "num_classes": getattr(model, "num_classes", None)}
    for part, first in (("encoder", x), ("decoder", z)):
        target = getattr(model, part, None)
        if target is None:
            answers[part] = "missing"
            continue
        try:
            target(first, c)
            answers[part] = "both"
        except Exception as error:
            answers[part] = f"{type(error).__name__}: {error}"
            try:
                target(first)
                answers[part] = "without label"
            except Exception:
                pass
    return answers


def answers_by_class(names, class_name, sizes, first, draws):
    """What a network gives for each row under each class, for random sets of weights: (draws, classes, B, …)."""
    classes = sizes["num_classes"]
    model = getattr(names, class_name)(**sizes)
    answers = []
    with torch.no_grad():
        model(first, torch.eye(classes)[:1].repeat(len(first), 1))
        for _ in range(draws):
            draw_weights(model, 1)
            outputs = [model(first, torch.eye(classes)[k].repeat(len(first), 1)) for k in range(classes)]
            answers.append(torch.stack([out if isinstance(out, torch.Tensor) else out[0] for out in outputs]))
    return torch.stack(answers)


class Shuffled(Batches):
    """Batches that come in another order the second time, as shuffled ones do."""

    def __iter__(self):  # nothing happens before the first batch is taken: a progress bar asks for an iterator too many
        order = list(self._batches)
        self._batches = self._batches[::-1]
        yield from order


class NoLabels(Exception):
    """The stand-in was given labels that are not rows with a column for each class: those, or their type."""


def rows(c, classes, dtype):
    """One-hot labels of any type, as a network reads them that joins them to its input; NoLabels if they are none."""
    if not isinstance(c, torch.Tensor):
        raise NoLabels(type(c).__name__)
    if c.dim() != 2 or c.shape[1] != classes:
        raise NoLabels(c.detach())
    return c.to(dtype)


class ConditionalEncoder(Encoder):
    """mu = [x c] m, log_var = [x c] v. Keeps the images and labels that it is given."""

    def __init__(self, weights, record):
        super().__init__(weights, record)
        self.orders = []

    def forward(self, x, c):
        c = rows(c, len(self.m) - x.shape[1], self.m.dtype)
        self.orders.append([x.detach().clone(), c.detach().clone()])
        return super().forward(torch.cat([x, c], dim=1))


class InteractingEncoder(nn.Module):
    """mu = a + b + a b, where a = x m and b = c m, and log_var likewise with v."""

    def __init__(self, weights):
        super().__init__()
        self.m, self.v = nn.Parameter(weights["m"].clone()), nn.Parameter(weights["v"].clone())

    def forward(self, x, c):
        given = []
        for head in (self.m, self.v):
            a, b = x @ head[: x.shape[1]], rows(c, len(head) - x.shape[1], head.dtype) @ head[x.shape[1] :]
            given.append(a + b + a * b)
        return tuple(given)


class ConditionalDecoder(nn.Module):
    """x_hat = sigmoid(asinh(2 a) (1 + tanh(b) / 2) + b), where a = z w and b = c w."""

    def __init__(self, weights):
        super().__init__()
        self.w = nn.Parameter(weights["w"].clone())

    def forward(self, z, c):
        c = rows(c, len(self.w) - z.shape[1], self.w.dtype)
        a, b = z @ self.w[: z.shape[1]], c @ self.w[z.shape[1] :]
        return torch.sigmoid(torch.asinh(2 * a) * (1 + torch.tanh(b) / 2) + b)


class LabelDecoder(nn.Module):
    """x_hat = sigmoid(c k + z u); u is a constant."""

    def __init__(self, weights, record):
        super().__init__()
        self.k, self.u = nn.Parameter(weights["k"].clone()), weights["u"]
        self.record = record

    def forward(self, z, c):
        x_hat = torch.sigmoid(rows(c, len(self.k), self.k.dtype) @ self.k + z @ self.u)
        self.record.call(self, x_hat)
        return x_hat


class ConditionalModel(Model):
    """A stand-in for a CVAE."""

    def __init__(self, encoder, decoder, latent_dim, num_classes):
        super().__init__(encoder, decoder, latent_dim)
        self.num_classes = num_classes

    def forward(self, x, c):
        mu, log_var = self.encoder(x, c)
        return self.decoder(mu + (log_var / 2).exp() * torch.randn_like(mu), c), mu, log_var


def on_stand_in(names, function, weights, latents, classes, arguments, *, training=True, batches=None):
    """Calls `function(model, *arguments)` on the stand-in, once for each mode of gradients.

    weights: m, v (D + C, L) and w (L + C, D). `batches`, a list of pairs, becomes an iterable that is the first
    argument after the model. Brings back the results, the model's and the global modes, and the arguments afterwards.
    """
    seen = {"results": [], "modes": [], "arguments": [], "model_changed": [], "lost": []}
    for grad_mode in (True, False):
        encoder, decoder = InteractingEncoder(weights), ConditionalDecoder(weights)
        model = ConditionalModel(encoder, decoder, latents, classes).train(training)
        mark(model)
        given = copied(arguments)
        pairs = copied(batches or [])
        torch.set_grad_enabled(grad_mode)
        before = [*global_modes(), *3 * [training]]
        try:
            result = getattr(names, function)(model, *([Shuffled(pairs)] if batches is not None else []), *given)
        except NoLabels as error:
            return {"refused_labels": error.args[0]}
        finally:
            after = global_modes()
            torch.set_grad_enabled(True)
        seen["results"].append(tuple(result) if isinstance(result, list) else result)
        seen["modes"].append([before, [*after, *(part.training for part in model.modules())]])
        seen["arguments"].append([*given, *(tensor for pair in pairs for tensor in pair)])
        changed = [not torch.equal(parameter, weights[name[-1]]) for name, parameter in model.named_parameters()]
        seen["model_changed"] += changed
        seen["lost"] += lost_marks(model)
    return seen


def conditional_epoch(names, weights, batches, **options):
    """Runs `train_conditional_epoch` once on a stand-in model, with SGD; see `observed`.

    weights: m, v (D + C, L), k (C, D) and u (L, D). With cv far below 0 a code is its mean. "refused" is the shape of
    a loss that `backward` did not take.
    """
    record = Record()
    encoder, decoder = ConditionalEncoder(weights, record), LabelDecoder(weights, record)
    model = ConditionalModel(encoder, decoder, weights["m"].shape[1], len(weights["k"]))
    try:
        seen = observed(names.train_conditional_epoch, model, record, batches, **options)
    except NoLabels as error:
        return {"refused_labels": error.args[0]}
    except RuntimeError:
        if record.losses and record.losses[-1].numel() > 1:
            return {"refused": list(record.losses[-1].shape)}
        raise
    return seen | {"orders": encoder.orders}
