"""Probes of lesson 5; they run where the submission is and know no expected value."""
# What probes are given has no types.
# mypy: disable-error-code="no-untyped-def"

import torch

from grader.checks.kit.probes import MissingPart, new_model, trained_model


def graph_of_result(names, function, *arguments):
    """Whether a result carries a graph, when every tensor among the arguments requires grad."""
    given = [one.clone().requires_grad_() if isinstance(one, torch.Tensor) else one for one in arguments]
    return bool(getattr(getattr(names, function)(*given), "requires_grad", False))


def repeated_values(names, function, times, *arguments):
    """The floats that so many calls give, as one tensor; None where they are others."""
    given = [getattr(names, function)(*arguments) for _ in range(times)]
    return torch.tensor(given).double() if all(isinstance(one, float) for one in given) else None


def normal_numbers(names, function, most, *arguments):
    """How many normal numbers a call may have drawn, at most so many: one by one, or all at once."""
    torch.manual_seed(7)
    getattr(names, function)(*arguments)
    after, counts = torch.get_rng_state(), []
    for dtype in (torch.float32, torch.float64):
        torch.manual_seed(7)
        for count in range(1, most + 1):
            torch.randn(1, dtype=dtype)
            if torch.equal(after, torch.get_rng_state()):
                counts.append(count)
                break
        for count in range(1, most + 1):
            torch.manual_seed(7)
            torch.randn(count, dtype=dtype)
            if torch.equal(after, torch.get_rng_state()):
                counts.append(count)
                break
    return counts


def optional_gradients(names, function, *arguments):
    """A scalar result, and the gradients of the tensors among the arguments if the result has a graph."""
    leaves = [one.clone().requires_grad_() if isinstance(one, torch.Tensor) else one for one in arguments]
    result = getattr(names, function)(*leaves)
    if getattr(result, "requires_grad", False):
        result.sum().backward()
        result = result.detach()
    return {"result": result, "gradients": [one.grad for one in leaves if isinstance(one, torch.Tensor)]}


def log_sigma_of(model):
    """The parameter `log_sigma` of a model."""
    if not hasattr(model, "log_sigma"):
        raise MissingPart("part", "log_sigma", model)
    return model.log_sigma


def described_log_sigma(names, class_name, sizes):
    """What `log_sigma` of a new model is."""
    model = new_model(names, class_name, sizes)
    value = log_sigma_of(model)
    return {
        "type": type(value).__name__,
        "parameter": any(value is parameter for parameter in model.parameters()),
        "value": value.detach() if isinstance(value, torch.Tensor) else value,
    }


def set_log_sigma(model, value):
    """Gives `log_sigma` a value."""
    with torch.no_grad():
        log_sigma_of(model).fill_(value)


def losses(names, model, value, training, *batches):
    """`model.loss` of each batch for this value of `log_sigma`, in this mode."""
    set_log_sigma(model, value)
    model.train(training)
    given = [model.loss(x) for x in batches]
    model.train()
    return [one.detach() if isinstance(one, torch.Tensor) else one for one in given]


def repeated_losses(names, model, value, training, x, times):
    """`model.loss(x)` so many times over, in this mode, as one tensor."""
    return torch.stack([torch.as_tensor(one).double() for one in losses(names, model, value, training, *[x] * times)])


def slope_of_log_sigma(names, model, value, x):
    """The gradient of `model.loss(x)` with respect to `log_sigma`; None where there is none."""
    set_log_sigma(model, value)
    model.zero_grad(set_to_none=True)
    loss = model.loss(x)
    if loss.requires_grad:
        loss.backward()
    return log_sigma_of(model).grad


def loss_slopes(names, model, value, x, training, step):
    """For each parameter: how fast the loss moves along a random direction, by values under one seed and by autograd.

    The direction has the size of the parameter.
    """
    set_log_sigma(model, value)
    model.train(training)

    def loss():
        torch.manual_seed(5)
        return model.loss(x)

    model.zero_grad(set_to_none=True)
    given = loss()
    if given.requires_grad:
        given.backward()
    seen = {}
    for name, parameter in model.named_parameters():
        generator = torch.Generator().manual_seed(3)
        direction = torch.randn(parameter.shape, generator=generator, dtype=torch.float32).to(parameter.dtype)
        by_autograd = None if parameter.grad is None else (parameter.grad * direction).sum().item()
        with torch.no_grad():
            values = []
            for sign in (1, -2, 1):
                parameter.add_(direction, alpha=sign * step)
                values.append(loss().item())
        seen[name] = [(values[0] - values[1]) / (2 * step), by_autograd]
    model.train()
    return seen


def trained_by_loss(names, model, images, fresh, steps, rate):
    """What a model makes of fresh images after some steps on its own `loss`, and its σ."""
    set_log_sigma(model, 0.0)
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    for _ in range(steps):
        loss = model.loss(images)
        if not loss.requires_grad:
            break
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        return model(fresh)[0], log_sigma_of(model).exp().sum().item()


def trained_sigma(names, path):
    """The σ of a trained model."""
    value = log_sigma_of(trained_model(names, path))
    if not isinstance(value, torch.Tensor) or value.numel() != 1:
        raise MissingPart("number", "log_sigma", value)
    return value.detach().exp().sum().item()
