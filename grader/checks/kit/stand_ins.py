"""Stand-ins: models whose every number is known, and what a submission trains them with. Probes take them along.

x_hat does not depend on z unless a lesson wants it to, so that a loss is the same whatever was drawn.
"""
# What probes are given has no types.
# mypy: disable-error-code="no-untyped-def, operator"

import torch
from torch import nn


def global_modes():
    """Whether gradients are enabled, and in words the default dtype and what else is switched on for everybody."""
    switches = {
        "anomaly detection": torch.is_anomaly_enabled(),
        "deterministic algorithms": torch.are_deterministic_algorithms_enabled(),
    }
    return [
        torch.is_grad_enabled(),
        ", ".join([str(torch.get_default_dtype()), *(name for name, on in switches.items() if on)]),
    ]


def mark(model):
    """Freezes one parameter of a model and gives all of them a gradient, as somebody's earlier work may have."""
    parameters = list(model.parameters())
    parameters[len(parameters) // 2].requires_grad_(False)
    for parameter in parameters:
        parameter.grad = torch.full_like(parameter, 0.5)


def left_hooks(model):
    """["hooks"] where a module of the model carries a hook; the stand-ins come without."""
    tables = [table for module in model.modules() for table in (module._forward_hooks, module._forward_pre_hooks)]
    return ["hooks"] * any(tables)


def lost_marks(model):
    """Which of these marks are gone ("requires_grad", "gradients"), and whether there are "hooks"."""
    frozen = [number for number, parameter in enumerate(model.parameters()) if not parameter.requires_grad]
    kept = [parameter.grad is not None and bool((parameter.grad == 0.5).all()) for parameter in model.parameters()]
    lost = ["requires_grad"] * (frozen != [len(kept) // 2]) + ["gradients"] * (not all(kept))
    return lost + left_hooks(model)


def copied(value):
    """The same value with new tensors, in lists and tuples too."""
    if isinstance(value, torch.Tensor):
        return value.clone()
    return type(value)(map(copied, value)) if isinstance(value, list | tuple) else value


class Batches:
    """Can be iterated over again and again, and has a length like the notebook's own, but no indices."""

    def __init__(self, batches):
        self._batches = batches

    def __len__(self):
        return len(self._batches)

    def __iter__(self):
        return iter(self._batches)


class Record:
    """What happens to a stand-in: mode and graph at each call of its parts, gradients that arrive, optimizer steps.

    `losses` holds whatever `backward` was called for meanwhile, whether it leads to the stand-in or not.
    """

    def __init__(self):
        self.training, self.graph, self.losses, self.backwards, self.steps = [], [], [], 0, 0

    def __deepcopy__(self, memo):
        return self  # what happens to a copy of the stand-in counts too

    def call(self, part, output):
        self.training.append(part.training)
        self.graph.append(output.requires_grad)

    def gradient(self, gradient):
        self.backwards += 1

    def follow(self, function, *arguments):
        """Calls the function, and keeps the losses that it calls `backward` for."""
        backward = torch.autograd.backward

        def kept(tensors, *others, **options):
            given = [tensors] if isinstance(tensors, torch.Tensor) else list(tensors)
            self.losses += [loss.detach().clone() for loss in given]
            return backward(tensors, *others, **options)

        torch.autograd.backward = kept
        try:
            return function(*arguments)
        finally:
            torch.autograd.backward = backward


class CountingSGD(torch.optim.SGD):
    """Gradient descent whose steps are recorded."""

    def __init__(self, parameters, learning_rate, record):
        super().__init__(parameters, lr=learning_rate)
        self.record = record

    def step(self, closure=None):
        self.record.steps += 1
        return super().step(closure)


class Encoder(nn.Module):
    """mu = x m + cm, log_var = x v + cv; cm and cv are constants, 0 unless `weights` has them."""

    def __init__(self, weights, record):
        super().__init__()
        self.m, self.v = nn.Parameter(weights["m"].clone()), nn.Parameter(weights["v"].clone())
        self.cm, self.cv = weights.get("cm", 0), weights.get("cv", 0)
        self.record = record

    def forward(self, x):
        mu, log_var = x @ self.m + self.cm, x @ self.v + self.cv
        self.record.call(self, mu)
        return mu, log_var


class Decoder(nn.Module):
    """x_hat = sigmoid(z w + b); w is a constant, 0 unless `weights` has it."""

    def __init__(self, weights, record):
        super().__init__()
        self.b = nn.Parameter(weights["b"].clone())
        self.w = weights.get("w", torch.zeros(weights["m"].shape[1], len(self.b)))
        self.record = record

    def forward(self, z):
        x_hat = torch.sigmoid(z @ self.w + self.b)
        self.record.call(self, x_hat)
        return x_hat


class Model(nn.Module):
    """What every model of the course has: `encoder`, `decoder`, `latent_dim`, and a draw of z in between."""

    def __init__(self, encoder, decoder, latent_dim):
        super().__init__()
        self.encoder, self.decoder, self.latent_dim = encoder, decoder, latent_dim

    def forward(self, x):
        mu, log_var = self.encoder(x)
        return self.decoder(mu + (log_var / 2).exp() * torch.randn_like(mu)), mu, log_var


def observed(
    function, model, record, batches, extra=(), *, training=True, learning_rate=None, as_list=False, grad_mode=True
):
    """Runs function(model, batches, [SGD], *extra) and brings back all that can be seen from outside.

    There is an optimizer when there is a learning rate; where there is none, the model is marked, and measured again.
    `record` is the one that the parts of the model keep.
    """
    model.train(training)
    given = copied(batches)
    *_, last = model.parameters()
    last.register_hook(record.gradient)
    optimizers = [] if learning_rate is None else [CountingSGD(model.parameters(), learning_rate, record)]
    if learning_rate is None:
        mark(model)
    torch.set_grad_enabled(grad_mode)
    before = global_modes()
    value = record.follow(function, model, given if as_list else Batches(given), *optimizers, *extra)
    after = global_modes()
    again = None if optimizers else function(model, given if as_list else Batches(given), *extra)
    torch.set_grad_enabled(True)
    return vars(record) | {
        "value": value,
        "again": again,
        "before": before,
        "after": after,
        "training_after": [module.training for module in model.modules()],
        "weights": {name.rpartition(".")[2]: weight.detach() for name, weight in model.named_parameters()},
        "lost": lost_marks(model) if learning_rate is None else left_hooks(model),
        "batches": given,
    }
