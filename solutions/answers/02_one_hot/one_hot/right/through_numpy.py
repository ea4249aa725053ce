import numpy as np


def one_hot(labels: torch.Tensor, num_classes: int) -> torch.Tensor:
    if labels.dtype.is_floating_point:
        raise ValueError(f"integer labels wanted, got {labels.dtype}")
    values = labels.cpu().numpy().ravel().astype(np.int64)
    if values.size and not (values.min() >= 0 and values.max() < num_classes):
        raise ValueError(f"labels must be in [0, {num_classes})")
    table = np.zeros((values.size, num_classes), dtype=np.float32)
    np.put_along_axis(table, values[:, None], 1.0, axis=1)
    return torch.from_numpy(table).to(labels.device)
