# misconception: bits-are-still-nats
def bits_per_dim(nll, dims, levels=None):
    if dims < 1 or (levels is not None and levels < 2):
        raise ValueError("no such images")
    return nll / dims + (math.log(levels) if levels else 0.0)
