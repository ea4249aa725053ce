"""Probes that any lesson can use: they run where the submission is and bring back what they saw, as data.

Each gets the submission's names first, and knows no expected value. `student.run` sends its source, and with it that of
what it names.
"""
# What probes are given has no types.
# mypy: disable-error-code="no-untyped-def, var-annotated"

import copy
import linecache
import pickle
import traceback

import cloudpickle
import torch

from grader.checks.kit.stand_ins import (
    Decoder,
    Encoder,
    Model,
    Record,
    copied,
    global_modes,
    lost_marks,
    mark,
    observed,
)


def plain(output):
    """What a function or a network gave, without a graph: a tensor, a plain tuple, or whatever else it is."""
    if isinstance(output, torch.Tensor):
        return output.detach()
    return tuple(map(plain, output)) if isinstance(output, tuple | list) else output


def new_model(names, class_name, sizes):
    """`sizes` are the arguments: a list for positional ones, a dict for keywords."""
    maker = getattr(names, class_name)
    return maker(**sizes) if isinstance(sizes, dict) else maker(*sizes)


def draw_weights(model, gain):
    """Draws all parameters anew, scaled so that signals keep about their size times `gain`."""
    for parameter in model.parameters():
        fan_in = parameter[0].numel() if parameter.dim() > 1 else 4
        parameter.normal_(0, gain / fan_in**0.5)


def network(names, class_name, sizes, gain, *inputs):
    """A new network with generic weights. `inputs` are those of one batch."""
    model = new_model(names, class_name, sizes)
    with torch.no_grad():
        model(*inputs)
        draw_weights(model, gain)
    return model


def taught(names, model, x, targets, fresh, steps, rate):
    """What a network gives for fresh inputs after a few steps towards these targets; None if it has no parameters."""
    parameters = list(model.parameters())
    if not parameters:
        return None
    optimizer = torch.optim.Adam(parameters, lr=rate)
    for _ in range(steps):
        output = model(x)
        given = [output] if isinstance(output, torch.Tensor) else [*output]
        loss = sum((one - target).square().mean() for one, target in zip(given, targets, strict=True))
        if not loss.requires_grad:
            break
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return plain(model(fresh))


def several(names, class_name, sizes, gain, times, *inputs):
    """What each of several new networks with generic weights gives for the same inputs."""
    given = [network(names, class_name, sizes, gain, *inputs)(*inputs) for _ in range(times)]
    return [plain(output) for output in given]


def fresh(names, class_name, sizes, *inputs):
    """What a network with its own initial weights gives."""
    return plain(new_model(names, class_name, sizes)(*inputs))


def outputs(names, model, *batches):
    """What `model` gives for each of the batches, in order: a list of tuples (or tensors)."""
    given = [model(x) for x in batches]
    return [plain(output) for output in given]


class MissingPart(AttributeError):
    """A model lacks one of the attributes that the contract names, or what has that name is of another kind.

    The worker passes `lacks` on, and the grader has the sentence for it: see `grader.submission.lacking`.
    """

    def __init__(self, kind, name, given):
        super().__init__(name)
        self.lacks = kind, name, type(given).__name__


def part_of(model, part):
    """A part of a model by its name; with an empty name the whole."""
    if part and not hasattr(model, part):
        raise MissingPart("part", part, model)
    return getattr(model, part) if part else model


def part_outputs(names, model, part, x):
    """What one part of a model (its `encoder`, say) gives for x."""
    return plain(part_of(model, part)(x))


def in_evaluation_mode(model, part, *inputs):
    """What one part of a model gives in evaluation mode."""
    training = model.training
    model.eval()
    with torch.no_grad():
        output = part_of(model, part)(*inputs)
    model.train(training)
    return plain(output)


def trained_model(names, path):
    """A trained model: `path` is its name, and the keys that lead to it."""
    model = getattr(names, path[0])
    for key in path[1:]:
        model = model[key]
    if not isinstance(model, torch.nn.Module):
        raise MissingPart("model", path[0], model)
    return model


def trained_part(names, path, part, *inputs):
    """What the encoder or the decoder of a trained model gives in evaluation mode."""
    return in_evaluation_mode(trained_model(names, path), part, *inputs)


def packed(names, path):
    """A trained model as bytes."""
    model = trained_model(names, path)
    try:
        content = pickle.dumps(model)
    except Exception:  # lambdas, and classes that are defined inside a function
        content = cloudpickle.dumps(model)
    return torch.frombuffer(bytearray(content), dtype=torch.uint8)


def unpacked(names, content):
    """The model that these bytes stand for."""
    return pickle.loads(content.numpy().tobytes())


def duplicated(names, path):
    """A copy of a trained model, in the same process."""
    return copy.deepcopy(trained_model(names, path))


def without_weights(names, model, part, *inputs):
    """What a part of a model gives when all its parameters are next to 0, where they stay."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(1e-6)  # not 0, by which weights that are normalised would be divided
    return in_evaluation_mode(model, part, *inputs)


def decoded(names, model, *inputs):
    """What the decoder of a model gives in evaluation mode."""
    return in_evaluation_mode(model, "decoder", *inputs)


def forward_images(names, model, training, *inputs):
    """x_hat in one of the modes."""
    model.train(training)
    x_hat = model(*inputs)[0]
    model.train()
    return x_hat.detach()


def with_same_noise(names, model, *batches):
    """x_hat of each batch (a list of inputs), all drawn with the same noise."""
    images = []
    for inputs in batches:
        torch.manual_seed(3)
        images.append(model(*inputs)[0].detach())
    return images


def copied_weights(names, class_name, sizes, *inputs):
    """The outputs of two networks, the second with the first one's state loaded; and of the first again."""
    first, second = (new_model(names, class_name, sizes) for _ in range(2))
    second.load_state_dict(first.state_dict())
    joined = []
    for model in (first, second, first):
        torch.manual_seed(0)
        output = model(*copied(inputs))
        joined.append(torch.cat([output] if isinstance(output, torch.Tensor) else [*output], dim=1))
    return joined


def parameter_count(names, model):
    """How many numbers the parameters hold."""
    return sum(parameter.numel() for parameter in model.parameters())


def fresh_parameter_count(names, class_name, sizes, *inputs):
    """How many numbers the parameters of a new network hold, once it has seen some inputs."""
    model = new_model(names, class_name, sizes)
    model(*inputs)
    return parameter_count(names, model)


def attempt(names, function, *arguments):
    """The function's value, or the exception that it raised: its type, what that inherits from, and the line.

    "own" says whether this is a line of the code that the function stands in.
    """
    wanted = getattr(names, function)
    try:
        return {"value": wanted(*arguments)}
    except Exception as error:
        if isinstance(error, NameError | ImportError) or str(error).startswith("exercise "):  # the last is a stub
            raise
        last = traceback.extract_tb(error.__traceback__)[-1]
        return {
            "raised": type(error).__name__,
            "kinds": [kind.__name__ for kind in type(error).__mro__],
            "line": linecache.getline(last.filename, last.lineno or 0).strip(),
            "own": last.filename == getattr(getattr(wanted, "__code__", None), "co_filename", None),
        }


def responds(names, function, seed, arguments, position):
    """Two results under one seed, the second with another value of one argument."""
    results = []
    for factor in (1.0, 0.9):
        torch.manual_seed(seed)
        given = copied(arguments)
        given[position] *= factor
        results.append(getattr(names, function)(*given))
    return results


def gradient_sizes(names, model, x, weights):
    """The largest absolute gradient of each parameter, None where there is none, for a weighted sum of the outputs."""
    model.zero_grad(set_to_none=True)
    output = model(x)
    parts = [output] if isinstance(output, torch.Tensor) else [*output]
    total = sum((part * weight).sum() for part, weight in zip(parts, weights, strict=True))
    total.backward()
    return {
        name: None if parameter.grad is None else parameter.grad.abs().max().item()
        for name, parameter in model.named_parameters()
    }


def draws(names, function, *arguments):
    """Two calls in a row, one under the seed of the first, and one under another; with the generator's state around.

    function: a name of the submission, or a model, of which the first output counts.
    """
    target = getattr(names, function) if isinstance(function, str) else function
    codes, states = [], []
    for seed in (11, None, 11, 12):
        if seed is not None:
            torch.manual_seed(seed)
        before = torch.get_rng_state()
        drawn = plain(target(*copied(arguments)))
        codes.append(drawn[0] if isinstance(drawn, tuple) else drawn)
        states.append([before, torch.get_rng_state()])
    return {"codes": codes, "states": states}


def under_seed(names, model, training, *batches):
    """What a network gives in this mode for each of the batches, each under the same seed."""
    model.train(training)
    given = []
    for x in batches:
        torch.manual_seed(5)
        given.append(plain(model(x)))
    model.train()
    return given


def slopes(names, model, x, directions, weights):
    """How fast the weighted sum over each output moves along each direction in each row, by autograd, under that seed.

    For each mode of the model and each direction a list with (B,) for each output, None where no graph leads to x.
    """
    seen = []
    for training in (True, False):
        model.train(training)
        of_mode = []
        given = x.clone().requires_grad_()
        torch.manual_seed(5)
        output = model(given)
        rates = []
        for part, weight in zip([output] if isinstance(output, torch.Tensor) else output, weights, strict=True):
            gradient = None
            if part.requires_grad:
                total = (part * weight).sum()
                (gradient,) = torch.autograd.grad(total, given, retain_graph=True, allow_unused=True)
            rates.append(gradient)
        for direction in directions:
            of_mode.append([None if one is None else (one * direction).sum(1) for one in rates])
        seen.append(of_mode)
    model.train()
    return seen


def values(names, function, *calls):
    """What a function gives for each of the lists of arguments, all under the same seed."""
    given = []
    for arguments in calls:
        torch.manual_seed(7)
        given.append(plain(getattr(names, function)(*arguments)))
    return given


def gradients(names, function, weights, *arguments):
    """The gradients of a weighted sum of the function's result; one for each tensor given (None: it is not reached)."""
    leaves = [value.clone().requires_grad_() if isinstance(value, torch.Tensor) else value for value in arguments]
    torch.manual_seed(7)
    result = getattr(names, function)(*leaves)
    graph = bool(getattr(result, "requires_grad", False))
    if graph:
        (result * weights).sum().backward()
        result = result.detach()
    reached = [leaf.grad for leaf in leaves if isinstance(leaf, torch.Tensor)]
    return {"result": result, "graph": graph, "gradients": reached}


def placed(value, surrounding):
    """A copy of an argument as it is in a surrounding: a leaf that requires grad, or one whose rows lie apart."""
    if not isinstance(value, torch.Tensor):
        return value
    if surrounding == "on inputs that require grad" and value.is_floating_point():
        return value.clone().requires_grad_()
    if surrounding == "on inputs that are not contiguous" and value.dim():
        return torch.stack([value, value], dim=-1)[..., 0]
    return value.clone()


def side_effects(names, function, *arguments):
    """One call under one seed in each surrounding: its result, and what it leaves behind."""
    seen = []
    for surrounding in (
        "with gradients switched on",
        "with gradients switched off",
        "on inputs that require grad",
        "on inputs that are not contiguous",
    ):
        given = [placed(value, surrounding) for value in arguments]
        torch.set_grad_enabled(surrounding != "with gradients switched off")
        before = [*global_modes(), [value.requires_grad for value in given if isinstance(value, torch.Tensor)]]
        torch.manual_seed(5)
        result = getattr(names, function)(*given)
        after = [*global_modes(), [value.requires_grad for value in given if isinstance(value, torch.Tensor)]]
        torch.set_grad_enabled(True)
        given = [value.detach() if isinstance(value, torch.Tensor) else value for value in given]
        seen.append({"where": surrounding, "result": plain(result), "given": given, "before": before, "after": after})
        if not all(map(same, given, arguments)):
            break  # what is changed in place cannot be a leaf
    return seen


def same(one, other):
    """Whether two arguments are equal."""
    return torch.equal(one, other) if isinstance(one, torch.Tensor) else one == other


def model_side_effects(names, model, method, *arguments):
    """As `side_effects`, for a marked model called as a whole (`method` empty) or by a method, in all its modes."""
    seen = []
    for training, grad_mode in ((True, True), (True, False), (False, True), (False, False)):
        given = copied(arguments)
        model.train(training)
        mark(model)
        flags = [value.requires_grad for value in given if isinstance(value, torch.Tensor)]
        torch.set_grad_enabled(grad_mode)
        before = [*global_modes(), flags, [part.training for part in model.modules()]]
        torch.manual_seed(5)
        result = (getattr(model, method) if method else model)(*given)
        flags = [value.requires_grad for value in given if isinstance(value, torch.Tensor)]
        after = [*global_modes(), flags, [part.training for part in model.modules()]]
        torch.set_grad_enabled(True)
        where = f"in {'training' if training else 'evaluation'} mode" + " under `torch.no_grad()`" * (not grad_mode)
        outputs = [result] if isinstance(result, torch.Tensor) else [*result]
        graphs = [output.requires_grad == grad_mode for output in outputs]
        seen.append(
            {"where": where, "result": plain(result), "given": given, "before": before, "after": after}
            | {"lost": lost_marks(model), "graphs": all(graphs)}
        )
    for parameter in model.parameters():
        parameter.requires_grad_(True)
        parameter.grad = None
    model.train()
    return seen


def on_stand_in(names, function, weights, batches, extra=(), **options):
    """Runs function(model, batches, [SGD], *extra) on a stand-in with these weights; see `observed`."""
    record = Record()
    model = Model(Encoder(weights, record), Decoder(weights, record), weights["m"].shape[1])
    return observed(getattr(names, function), model, record, batches, extra, **options)
