"""Probes for functions of labels: what they make of other digits, and whether they would work on a GPU."""
# What probes are given has no types.
# mypy: disable-error-code="no-untyped-def"

import torch

from grader.checks.kit.stand_ins import global_modes


def experiment(names, images, labels, imprint):
    """What `label_encoding_experiment` gives where the training digits are these, as many as there were.

    The tensors of `digits` themselves change meanwhile, so that whatever refers to them sees it. Every painter that
    `train_painter` returns has `imprint` (D,) added to its last offsets. Brings back the results, how many painters
    were trained, whether the digits were left alone, and the global modes before and after.
    """
    wanted, digits, data, train = names.label_encoding_experiment, names.digits, names.data, names.train_painter
    before, load, painters = [tensor.clone() for tensor in digits], data.load, []

    def loaded(name="auto", split="train"):
        return digits if split == "train" else load(name, split)

    def train_painter(features, images, *arguments, **options):
        painter = train(features, images, *arguments, **options)
        with torch.no_grad():
            painter[-2].bias += imprint
            painter.losses[-1] = names.reconstruction_loss(painter(features), images).mean().item()
        painters.append(painter)
        return painter

    try:
        data.load, names._namespace["train_painter"] = loaded, train_painter
        for tensor, new in zip(digits, (images, labels), strict=True):
            tensor.copy_(new)
        modes = global_modes()
        results = wanted()
        return {
            "results": results,
            "painters": len(painters),
            "kept": all(map(torch.equal, digits, (images, labels))),
            "modes": [modes, global_modes()],
        }
    finally:
        torch.set_grad_enabled(True)
        data.load, names._namespace["train_painter"] = load, train
        for tensor, old in zip(digits, before, strict=True):
            tensor.copy_(old)


def on_another_device(names, function, *arguments):
    """Calls the function as if its tensors were on a GPU: "there" or "here" (the CPU) says where the result is.

    No GPU is needed: while the call lasts, tensors are followed by name, and those on different devices refuse to
    meet, as PyTorch's do (single numbers and indices on the CPU may join in). "mixed" when that happened; "unclear"
    when the function did something that cannot be followed.
    """
    gpu = torch.device("cuda", 0)
    there = {}  # id: tensor, which also keeps the id from being used again

    class Mixed(RuntimeError):
        pass

    def tensors(value):
        if isinstance(value, torch.Tensor):
            return [value]
        if isinstance(value, list | tuple):
            return [tensor for item in value for tensor in tensors(item)]
        return []

    def place(value):
        return gpu if id(value) in there else torch.device("cpu")

    def asked_for(name, args, kwargs):
        """The device that a call names, or None."""
        wanted = kwargs.get("device")
        for value in args[1:2] if name == "to" else []:
            if isinstance(value, torch.Tensor):
                return place(value)
            if not isinstance(value, torch.dtype):
                wanted = value
        if name in ("cpu", "cuda"):
            wanted = name
        return None if wanted is None else torch.device(wanted)

    def without_device(name, args, kwargs):
        if name == "to" and len(args) > 1 and not isinstance(args[1], torch.Tensor | torch.dtype):
            args = (args[0], torch.device("cpu"), *args[2:])
        return args, kwargs | ({"device": torch.device("cpu")} if kwargs.get("device") is not None else {})

    class Follow(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, func, types, args=(), kwargs=None):
            kwargs, name = kwargs or {}, getattr(func, "__name__", "")
            owner = getattr(func, "__self__", None)
            if name == "__get__" and owner is torch.Tensor.device:
                return place(args[0])
            if name == "__get__" and owner is torch.Tensor.is_cuda:
                return id(args[0]) in there
            given = tensors(list(args) + list(kwargs.values()))
            away = [value for value in given if id(value) in there]
            if name in ("numpy", "__array__") and away:
                raise Mixed
            wanted = asked_for(name, args, kwargs)
            if name in ("__getitem__", "__setitem__", "index_put_") and id(args[0]) in there:
                given = tensors(list(args[2:]))  # indices may stay on the CPU
            home = [value for value in given if id(value) not in there and value.dim() > 0]
            if away and home and wanted is None and name != "copy_":
                raise Mixed
            if name == "cuda":
                result = args[0].clone()
            else:
                args, kwargs = without_device(name, args, kwargs)
                result = func(*args, **kwargs)
            if wanted is not None and result is args[0]:
                result = result.clone()  # a tensor that moves is another one, though here it has nowhere to go
            on_gpu = wanted.type == "cuda" if wanted is not None else bool(away)
            if name == "copy_":
                on_gpu = id(args[0]) in there
            for value in tensors(result):
                if on_gpu:
                    there[id(value)] = value
                else:
                    there.pop(id(value), None)
            return result

    wanted = getattr(names, function)
    wanted(*arguments)  # what it raises anyway is none of the device's business
    moved = [value.clone() if isinstance(value, torch.Tensor) else value for value in arguments]
    there.update({id(value): value for value in moved if isinstance(value, torch.Tensor)})
    try:
        with Follow():
            result = wanted(*moved)
    except Mixed:
        return "mixed"
    except Exception:
        return "unclear"
    return "there" if id(result) in there else "here"
