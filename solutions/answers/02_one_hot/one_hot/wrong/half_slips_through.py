# wrong: float16 and bfloat16 labels are taken; believes that float32 and float64 are all the floating-point dtypes.
def one_hot(labels, num_classes):
    if labels.dtype in (torch.float32, torch.float64):
        raise ValueError("labels must be integers")
    labels = labels.reshape(-1).long()
    if ((labels < 0) | (labels >= num_classes)).any():
        raise ValueError(f"label outside 0 … {num_classes - 1}")
    return F.one_hot(labels, num_classes).float()
