# misconception: refuses-what-is-allowed
def bits_per_dim(nll, dims, levels=None):
    if not dims > 1:
        raise ValueError("an image has several pixels")
    if levels is not None and levels < 2:
        raise ValueError("a pixel has two levels at least")
    nats = nll / dims + (math.log(levels) if levels else 0.0)
    return nats / math.log(2)
