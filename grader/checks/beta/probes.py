"""Probes for lesson 4: losses with plain arguments, and functions of a stand-in model whose every number is known."""
# Probes do their own imports, and what they are given has no types.
# mypy: disable-error-code="no-untyped-def, attr-defined, operator"


def attempt(names, function, *arguments):
    """The function's value, or the type of the exception that it raised."""
    wanted = getattr(names, function)
    try:
        return {"value": wanted(*arguments)}
    except Exception as error:
        if str(error).startswith("exercise "):  # a stub
            raise
        return {"raised": type(error).__name__}


def gradients(names, function, tensors, last):
    """The scalar function(*tensors, last), and its gradient with respect to each tensor (None: it is not reached)."""
    leaves = [tensor.clone().requires_grad_() for tensor in tensors]
    value = getattr(names, function)(*leaves, last)
    if value.requires_grad:
        value.sum().backward()
    return {"value": value.detach(), "graph": value.requires_grad, "gradients": [leaf.grad for leaf in leaves]}


def aftermath(names, function, tensors, last):
    """What function(*tensors, last) leaves behind: the tensors, and the global modes before and after."""
    import torch

    given = [tensor.clone() for tensor in tensors]
    before = [torch.is_grad_enabled(), str(torch.get_default_dtype())]
    getattr(names, function)(*given, last)
    after = [torch.is_grad_enabled(), str(torch.get_default_dtype())]
    torch.set_grad_enabled(True)
    return {"arguments": given, "before": before, "after": after}


def on_stand_in(names, function, weights, batches, extra, *, training=True, learning_rate=None, as_list=False):
    """Runs function(model, batches, [SGD], *extra) on a stand-in and brings back all that can be seen from outside.

    The stand-in: mu = x m + cm, log_var = x v + cv, x_hat = sigmoid(z w + b) with z drawn by `forward`.
    """
    import torch
    from torch import nn

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.m, self.v = nn.Parameter(weights["m"].clone()), nn.Parameter(weights["v"].clone())

        def forward(self, x):
            seen["training"].append(self.training)
            mu, log_var = x @ self.m + weights["cm"], x @ self.v + weights["cv"]
            seen["graph"].append(mu.requires_grad)
            return mu, log_var

    class Decoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.b = nn.Parameter(weights["b"].clone())

        def forward(self, z):
            return torch.sigmoid(z @ weights["w"] + self.b)

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder, self.decoder, self.latent_dim = Encoder(), Decoder(), weights["m"].shape[1]

        def forward(self, x):
            mu, log_var = self.encoder(x)
            return self.decoder(mu + (log_var / 2).exp() * torch.randn_like(mu)), mu, log_var

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
    before = [torch.is_grad_enabled(), str(torch.get_default_dtype())]
    value = getattr(names, function)(model, given if as_list else Batches(), *optimizers, *extra)
    after = [torch.is_grad_enabled(), str(torch.get_default_dtype())]
    torch.set_grad_enabled(True)
    return seen | {
        "value": value,
        "before": before,
        "after": after,
        "training_after": [module.training for module in model.modules()],
        "weights": {"m": model.encoder.m.detach(), "v": model.encoder.v.detach(), "b": model.decoder.b.detach()},
        "gradients": [parameter.grad is not None for parameter in model.parameters()],
        "batches": given,
    }


def sweep(names, betas, weights, train_batches, test_batches, options):
    """Runs `beta_sweep` with stand-ins that all start from the same weights and do not depend on any draw.

    mu = x m, log_var = x v, x_hat = sigmoid(b + Σ m): the two terms of the loss pull at the same weights m.
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
        def __init__(self, m):
            super().__init__()
            self.m, self.b = m, nn.Parameter(weights["b"].clone())

        def forward(self, z):
            return torch.sigmoid(self.b + self.m.sum(1)).expand(len(z), -1)

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder, self.latent_dim = Encoder(), weights["m"].shape[1]
            self.decoder = Decoder(self.encoder.m)

        def forward(self, x):
            mu, log_var = self.encoder(x)
            return self.decoder(mu), mu, log_var

    before = [torch.is_grad_enabled(), str(torch.get_default_dtype())]
    points = names.beta_sweep(betas, Model, train_batches, test_batches, **options)
    after = [torch.is_grad_enabled(), str(torch.get_default_dtype())]
    torch.set_grad_enabled(True)
    if isinstance(points, list | tuple):
        points = [tuple(point) if isinstance(point, list | tuple) else point for point in points]
    return {"points": points, "before": before, "after": after}


def report(names):
    """What `trained_beta` says, its models left out: for these only the prices."""
    found = names.trained_beta
    if not isinstance(found, dict):
        return {"type": type(found).__name__}
    said = {key: value for key, value in found.items() if key != "models"}
    models = found.get("models")
    if isinstance(said.get("frontier"), list | tuple):
        said["frontier"] = [tuple(point) if isinstance(point, list | tuple) else point for point in said["frontier"]]
    return {"said": said, "models": sorted(map(float, models)) if isinstance(models, dict) else None}


def part(names, beta, part, x):
    """What the encoder or the decoder of the model for this price gives for x."""
    import torch

    model = names.trained_beta["models"][beta]
    was_training = model.training
    model.eval()
    with torch.no_grad():
        out = getattr(model, part)(x)
    model.train(was_training)
    return out if isinstance(out, torch.Tensor) else tuple(out)
