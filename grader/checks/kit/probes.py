"""Probes that any lesson can use: they run where the submission is and bring back what they saw, as data.

Each gets the submission's names first, and knows no expected value. `student.run` sends its source, and with it
that of what it names.
"""
# What probes are given has no types.
# mypy: disable-error-code="no-untyped-def, var-annotated"

import torch


def network(names, class_name, sizes, example, gain):
    """A new network with generic weights: drawn anew, each scaled so that signals keep about their size times `gain`.

    `sizes` are its arguments: a list for positional ones, a dict for keywords. `example` is one input batch.
    """
    maker = getattr(names, class_name)
    model = maker(**sizes) if isinstance(sizes, dict) else maker(*sizes)
    with torch.no_grad():
        model(example)
        for parameter in model.parameters():
            fan_in = parameter[0].numel() if parameter.dim() > 1 else 4
            parameter.normal_(0, gain / fan_in**0.5)
    return model


def fresh(names, class_name, sizes, example):
    """What a network with its own initial weights gives for `example`, as a plain tuple."""
    maker = getattr(names, class_name)
    model = maker(**sizes) if isinstance(sizes, dict) else maker(*sizes)
    out = model(example)
    return out if isinstance(out, torch.Tensor) else tuple(out)


def outputs(names, model, *inputs):
    """What `model` gives for each of the inputs, in order: a list of tuples (or tensors)."""
    found = [model(x) for x in inputs]
    return [out if isinstance(out, torch.Tensor) else tuple(out) for out in found]


def part_outputs(names, model, part, x):
    """What one part of a model (its `encoder`, say) gives for x, as a plain tuple or tensor."""
    out = getattr(model, part)(x)
    return out if isinstance(out, torch.Tensor) else tuple(out)


def copied_weights(names, class_name, sizes, x):
    """The outputs of two networks, the second with the first one's state loaded."""
    maker = getattr(names, class_name)
    first, second = maker(**sizes), maker(**sizes)
    second.load_state_dict(first.state_dict())
    found = []
    for model in (first, second):
        torch.manual_seed(0)
        out = model(x)
        found.append(torch.cat([out] if isinstance(out, torch.Tensor) else [*out], dim=1))
    return found


def parameter_count(names, model):
    """How many numbers the parameters hold."""
    return sum(parameter.numel() for parameter in model.parameters())


def responds(names, function, seed, arguments, position):
    """Two results under one seed, the second with another value of one argument."""
    found = []
    for factor in (1.0, 0.9):
        torch.manual_seed(seed)
        given = [argument.clone() for argument in arguments]
        given[position] *= factor
        found.append(getattr(names, function)(*given))
    return found


def gradient_sizes(names, model, x, weights):
    """The largest absolute gradient of each parameter, None where there is none, for a weighted sum of the outputs."""
    model.zero_grad(set_to_none=True)
    out = model(x)
    parts = [out] if isinstance(out, torch.Tensor) else [*out]
    total = sum((part * weight).sum() for part, weight in zip(parts, weights, strict=True))
    total.backward()
    return {
        name: None if parameter.grad is None else parameter.grad.abs().max().item()
        for name, parameter in model.named_parameters()
    }


def gradients(names, function, weights, *arguments):
    """The gradients of a weighted sum of the function's result; one for each argument (None: it is not reached)."""
    leaves = [argument.clone().requires_grad_() for argument in arguments]
    result = getattr(names, function)(*leaves)
    if not getattr(result, "requires_grad", False):
        return {"result": result, "gradients": None}
    (result * weights).sum().backward()
    return {"result": result.detach(), "gradients": [leaf.grad for leaf in leaves]}


def side_effects(names, function, *arguments):
    """What the function leaves behind: its arguments afterwards, and the global modes before and after."""
    found = {"arguments": [], "before": [], "after": []}
    for grad_mode in (True, False):
        given = [argument.clone() for argument in arguments]
        torch.set_grad_enabled(grad_mode)
        found["before"].append([torch.is_grad_enabled(), str(torch.get_default_dtype())])
        getattr(names, function)(*given)
        found["after"].append([torch.is_grad_enabled(), str(torch.get_default_dtype())])
        torch.set_grad_enabled(True)
        found["arguments"].append(given)
    return found


def model_side_effects(names, model, method, *arguments):
    """As `side_effects`, for a model called as a whole (`method` empty) or by a method, in both of its modes."""
    found = {"arguments": [], "before": [], "after": []}
    for training in (True, False):
        given = [argument.clone() if isinstance(argument, torch.Tensor) else argument for argument in arguments]
        model.train(training)
        modes = [[part.training for part in model.modules()]]
        state = [torch.is_grad_enabled(), str(torch.get_default_dtype())]
        found["before"].append([*state, *modes])
        (getattr(model, method) if method else model)(*given)
        state = [torch.is_grad_enabled(), str(torch.get_default_dtype())]
        found["after"].append([*state, [part.training for part in model.modules()]])
        torch.set_grad_enabled(True)
        found["arguments"].append(given)
    model.train()
    return found
