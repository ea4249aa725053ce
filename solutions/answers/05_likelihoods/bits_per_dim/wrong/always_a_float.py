# misconception: bits-always-a-float
def bits_per_dim(nll, dims, levels=None):
    if dims < 1 or (levels is not None and levels < 2):
        raise ValueError("no such images")
    nll = nll.mean().item() if torch.is_tensor(nll) else nll
    return nll / (dims * math.log(2)) + (math.log2(levels) if levels else 0.0)
