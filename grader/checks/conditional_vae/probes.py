"""Probes for conditional models and for the functions that use them. Labels reach models one-hot, as `c` (B, C).

The stand-in has encoder, decoder, latent_dim and num_classes like a CVAE, and every number that it gives is known:
with rows [x c] and [z c], mu = [x c] m, log_var = [x c] v, x_hat = sigmoid([z c] w).
"""
# Probes do their own imports, and what they are given has no types.
# mypy: disable-error-code="no-untyped-def,attr-defined,operator"


def network(names, class_name, sizes, first, c, gain):
    """A new conditional network with generic weights, each drawn so that signals keep about their size times `gain`.

    Brings back two handles: the network, and the same network as a function of the joined rows [first c].
    """
    import torch
    from torch import nn

    class Joined(nn.Module):
        def __init__(self, network):
            super().__init__()
            self.network = network

        def forward(self, joined):
            return self.network(joined[:, : first.shape[1]].contiguous(), joined[:, first.shape[1] :].contiguous())

    model = getattr(names, class_name)(**sizes)
    with torch.no_grad():
        model(first, c)
        for parameter in model.parameters():
            fan_in = parameter[0].numel() if parameter.dim() > 1 else 4
            parameter.normal_(0, gain / fan_in**0.5)
    return [model, Joined(model)]


def fresh(names, class_name, sizes, first, c):
    """What a network with its own initial weights gives; `sizes` are a list (by position) or a dict (by keyword)."""
    import torch

    maker = getattr(names, class_name)
    model = maker(**sizes) if isinstance(sizes, dict) else maker(*sizes)
    out = model(first, c)
    return out if isinstance(out, torch.Tensor) else tuple(out)


def part_outputs(names, model, part, inputs):
    """What a part of a model (or with an empty name the whole) gives for each pair (first, c) of `inputs`."""
    import torch

    target = getattr(model, part) if part else model
    found = [target(first, c) for first, c in inputs]
    return [out if isinstance(out, torch.Tensor) else tuple(out) for out in found]


def parts(names, model, x, z, c):
    """How the parts of a model may be called ("both", "without label", or the error), and its numbers."""
    found = {"latent_dim": getattr(model, "latent_dim", None), "num_classes": getattr(model, "num_classes", None)}
    for part, first in (("encoder", x), ("decoder", z)):
        target = getattr(model, part, None)
        if target is None:
            found[part] = "missing"
            continue
        try:
            target(first, c)
            found[part] = "both"
        except Exception as error:
            found[part] = f"{type(error).__name__}: {error}"
            try:
                target(first)
                found[part] = "without label"
            except Exception:
                pass
    return found


def forward_images(names, model, x, c, training):
    """x_hat in one of the modes."""
    model.train(training)
    x_hat = model(x, c)[0]
    model.train()
    return x_hat.detach()


def with_same_noise(names, model, pairs):
    """x_hat of each (images, labels), all drawn with the same noise."""
    import torch

    found = []
    for x, c in pairs:
        torch.manual_seed(3)
        found.append(model(x, c)[0].detach())
    return found


def copied_weights(names, class_name, sizes, first, c):
    """The outputs of two networks, the second with the first one's state loaded."""
    import torch

    maker = getattr(names, class_name)
    one, other = maker(**sizes), maker(**sizes)
    other.load_state_dict(one.state_dict())
    found = []
    for model in (one, other):
        torch.manual_seed(0)
        out = model(first.clone(), c.clone())
        found.append(torch.cat([out] if isinstance(out, torch.Tensor) else [*out], dim=1))
    return found


def answers_by_class(names, class_name, sizes, first, draws):
    """What a network gives for each row under each class, for random sets of weights: (draws, classes, B, …)."""
    import torch

    classes = sizes["num_classes"]
    model = getattr(names, class_name)(**sizes)
    found = []
    with torch.no_grad():
        model(first, torch.eye(classes)[:1].repeat(len(first), 1))
        for _ in range(draws):
            for parameter in model.parameters():
                fan_in = parameter[0].numel() if parameter.dim() > 1 else 4
                parameter.normal_(0, 1 / fan_in**0.5)
            outputs = [model(first, torch.eye(classes)[k].repeat(len(first), 1)) for k in range(classes)]
            found.append(torch.stack([out if isinstance(out, torch.Tensor) else out[0] for out in outputs]))
    return torch.stack(found)


def on_stand_in(names, function, weights, latents, classes, arguments, *, training=True, keep=(), batches=None):
    """Calls `function(model, *arguments)` on the stand-in, once for each mode of gradients.

    weights: m, v (D + C, L) and w (L + C, D). `batches`, a list of pairs, becomes an iterable that is the first
    argument after the model. Brings back the results, the model's and the global modes, and the arguments afterwards.
    """
    import torch
    from torch import nn

    class NotOneHot(Exception):
        pass

    def joined(first, c):
        if not isinstance(c, torch.Tensor) or c.dim() != 2:
            raise NotOneHot
        return torch.cat([first, c], dim=1)

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.m, self.v = nn.Parameter(weights["m"].clone()), nn.Parameter(weights["v"].clone())

        def forward(self, x, c):
            rows = joined(x, c)
            return rows @ self.m, rows @ self.v

    class Decoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(weights["w"].clone())

        def forward(self, z, c):
            return torch.sigmoid(joined(z, c) @ self.w)

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder, self.decoder, self.latent_dim, self.num_classes = Encoder(), Decoder(), latents, classes

        def forward(self, x, c):
            mu, log_var = self.encoder(x, c)
            return self.decoder(mu + (log_var / 2).exp() * torch.randn_like(mu), c), mu, log_var

    class Batches:
        def __iter__(self):
            return iter(pairs)

    found = {"results": [], "modes": [], "arguments": [], "not_one_hot": False}
    for grad_mode in (True, False):
        model = Model().train(training)
        given = [value.clone() if isinstance(value, torch.Tensor) else value for value in arguments]
        pairs = [(x.clone(), y.clone()) for x, y in batches or []]
        torch.set_grad_enabled(grad_mode)
        before = [torch.is_grad_enabled(), str(torch.get_default_dtype()), training, training, training]
        try:
            result = getattr(names, function)(model, *([Batches()] if batches is not None else []), *given)
        except NotOneHot:
            return {"not_one_hot": True}
        finally:
            after = [torch.is_grad_enabled(), str(torch.get_default_dtype())]
            torch.set_grad_enabled(True)
        after += [model.training, model.encoder.training, model.decoder.training]
        found["results"].append(tuple(result) if isinstance(result, list) else result)
        found["modes"].append([before, after])
        found["arguments"].append([*given, *(tensor for pair in pairs for tensor in pair)])
        changed = [not torch.equal(parameter, weights[name[-1]]) for name, parameter in model.named_parameters()]
        found["model_changed"] = any(changed)
    return found


def conditional_epoch(names, weights, batches, *, training, learning_rate, as_list=False):
    """Runs `train_conditional_epoch` once on a stand-in model, with SGD.

    weights: m, v (D + C, L) and k (C, D): mu = [x c] m, log_var = [x c] v, x_hat = sigmoid(c k), so that the loss does
    not depend on the draw of z. Brings back the value and everything that can be seen from outside.
    """
    import torch
    from torch import nn

    class NotOneHot(Exception):
        pass

    def one_hot(c):
        if not isinstance(c, torch.Tensor) or c.dim() != 2:
            raise NotOneHot
        return c.to(weights["k"].dtype)

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.m, self.v = nn.Parameter(weights["m"].clone()), nn.Parameter(weights["v"].clone())

        def forward(self, x, c):
            rows = torch.cat([x, one_hot(c)], dim=1)
            return rows @ self.m, rows @ self.v

    class Decoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.k = nn.Parameter(weights["k"].clone())

        def forward(self, z, c):
            seen["training"].append(self.training)
            return torch.sigmoid(one_hot(c) @ self.k)

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder, self.decoder = Encoder(), Decoder()
            self.num_classes, self.latent_dim = len(weights["k"]), weights["m"].shape[1]

        def forward(self, x, c):
            mu, log_var = self.encoder(x, c)
            return self.decoder(mu, c), mu, log_var

    class Optimizer(torch.optim.SGD):
        def step(self, closure=None):
            seen["steps"] += 1
            return super().step(closure)

    class Batches:
        def __iter__(self):
            return iter(given)

    seen = {"training": [], "steps": 0, "backwards": 0, "not_one_hot": False}
    given = [(x.clone(), y.clone()) for x, y in batches]
    model = Model().train(training)

    def count(gradient):
        seen["backwards"] += 1

    model.decoder.k.register_hook(count)
    optimizer = Optimizer(model.parameters(), lr=learning_rate)
    modes_before = [torch.is_grad_enabled(), str(torch.get_default_dtype())]
    try:
        value = names.train_conditional_epoch(model, given if as_list else Batches(), optimizer)
    except NotOneHot:
        return {"not_one_hot": True}
    return seen | {
        "value": value,
        "modes_before": modes_before,
        "modes_after": [torch.is_grad_enabled(), str(torch.get_default_dtype())],
        "weights": {"m": model.encoder.m.detach(), "v": model.encoder.v.detach(), "k": model.decoder.k.detach()},
        "batches": given,
    }


def trained_part(names, part, first, c):
    """What the encoder or the decoder of the trained model gives in evaluation mode."""
    import torch

    model = names.trained_cvae
    training = model.training
    model.eval()
    with torch.no_grad():
        out = getattr(model, part)(first, c)
    model.train(training)
    return out if isinstance(out, torch.Tensor) else tuple(out)
