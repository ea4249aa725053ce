"""Probes for training loops. Their model is a stand-in that the course brings along, so that every number is known.

Stand-ins work whether a loop calls `model(x)` or the model's `encoder` and `decoder`: their x_hat does not depend on z.
"""
# Probes do their own imports, and what they are given has no types.
# mypy: disable-error-code="no-untyped-def, attr-defined, operator"


def epoch(names, function, weights, batches, *, training, learning_rate=None, as_list=False):
    """Runs `train_epoch` (with SGD, when there is a learning rate) or `evaluate` once on a stand-in model.

    weights: m, v (D, L) and b (D,): mu = x m, log_var = x v, x_hat = sigmoid(b). Brings back the value and everything
    that can be seen from outside: modes, gradients, weights, calls.
    """
    import torch
    from torch import nn

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.m, self.v = nn.Parameter(weights["m"].clone()), nn.Parameter(weights["v"].clone())

        def forward(self, x):
            return x @ self.m, x @ self.v

    class Decoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.b = nn.Parameter(weights["b"].clone())

        def forward(self, z):
            x_hat = torch.sigmoid(self.b).repeat(len(z), 1)
            seen["training"].append(self.training)
            seen["graph"].append(x_hat.requires_grad)
            return x_hat

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder, self.decoder, self.latent_dim = Encoder(), Decoder(), weights["m"].shape[1]

        def forward(self, x):
            mu, log_var = self.encoder(x)
            return self.decoder(mu), mu, log_var

    class Optimizer(torch.optim.SGD):
        def step(self, closure=None):
            seen["steps"] += 1
            return super().step(closure)

    class Batches:
        def __iter__(self):
            return iter(given)

    seen = {"training": [], "graph": [], "steps": 0, "backwards": 0}
    given = [x.clone() for x in batches]
    model = Model().train(training)

    def count(gradient):
        seen["backwards"] += 1

    model.decoder.b.register_hook(count)
    optimizers = [] if learning_rate is None else [Optimizer(model.parameters(), lr=learning_rate)]
    modes_before = [torch.is_grad_enabled(), str(torch.get_default_dtype())]
    value = getattr(names, function)(model, given if as_list else Batches(), *optimizers)
    return seen | {
        "value": value,
        "modes_before": modes_before,
        "modes_after": [torch.is_grad_enabled(), str(torch.get_default_dtype())],
        "training_after": [model.training, model.encoder.training, model.decoder.training],
        "weights": {"m": model.encoder.m.detach(), "v": model.encoder.v.detach(), "b": model.decoder.b.detach()},
        "gradients": [parameter.grad is not None for parameter in model.parameters()],
        "batches": given,
    }


def scripted_fit(names, losses, epochs, patience, *, batch_sizes, fails_at=None):
    """Runs `fit` on a stand-in whose loss is a known function of its weights.

    The one weight is halved by every optimizer step (weight decay; its gradient is 0), so it tells how many steps were
    made: after n steps the loss of every image is losses[n]. With `fails_at` = [place, n] the model, the train batches
    or the test batches raise an error when they are used after n steps. Brings back the history, whether that error
    came and whether `fit` raised one too, the number of steps that the weights have in the end, the epochs that were
    run, and what else can be seen.
    """
    import math

    import torch
    from torch import nn

    pixels = 6

    class Encoder(nn.Module):
        def __init__(self, weight):
            super().__init__()
            self.weight = weight

        def forward(self, x):
            nothing = torch.zeros(len(x), 3) + 0 * self.weight
            return nothing, nothing

    class Decoder(nn.Module):
        def __init__(self, weight):
            super().__init__()
            self.weight = weight

        def forward(self, z):
            steps = round(-math.log2(self.weight.item()))
            fail_at("model", steps)
            met.append(steps)
            loss = losses[steps]
            return torch.full((len(z), pixels), math.exp(-loss / pixels)) + 0 * self.weight

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            weight = nn.Parameter(torch.ones(1))
            self.encoder, self.decoder, self.latent_dim = Encoder(weight), Decoder(weight), 3
            self.loads = 0

        def forward(self, x):
            mu, log_var = self.encoder(x)
            return self.decoder(mu), mu, log_var

        def load_state_dict(self, *args, **kwargs):
            self.loads += 1
            return super().load_state_dict(*args, **kwargs)

        def steps(self):
            return round(-math.log2(self.encoder.weight.item()))

    class Batches:
        def __init__(self, kind):
            self.kind = kind

        def __iter__(self):
            for size in batch_sizes:
                fail_at(f"{self.kind} batches", model.steps())
                yield torch.ones(size, pixels)

    met, failed, raised = [0], False, False

    def fail_at(place, steps):
        nonlocal failed
        if fails_at is not None and [place, steps] == list(fails_at):
            failed = True
            raise RuntimeError("raised by the check")

    model = Model()
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0, weight_decay=0.5)
    history = None
    try:
        history = names.fit(model, Batches("train"), Batches("test"), optimizer, epochs=epochs, patience=patience)
    except Exception:
        if fails_at is None:
            raise
        raised = True
    return {
        "history": dict(history) if isinstance(history, dict) else history,
        "failed": failed,
        "raised": raised,
        "steps": model.steps(),
        "epochs": max(met) // len(batch_sizes),
        "loads": model.loads,
        "modes_after": [torch.is_grad_enabled(), str(torch.get_default_dtype())],
    }
