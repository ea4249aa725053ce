def one_hot(labels, num_classes):
    class LabelError(ValueError):
        pass

    if labels.is_floating_point():
        raise LabelError("floating-point labels")
    flat = labels.flatten().long()
    bad = flat[(flat < 0) | (flat >= num_classes)]
    if len(bad):
        raise LabelError(f"no such class: {bad.tolist()}")
    return torch.eye(num_classes, device=flat.device)[flat]
