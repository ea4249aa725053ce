# misconception: levels-minus-one
def bits_per_dim(nll, dims, levels=None):
    if dims < 1 or (levels is not None and levels < 2):
        raise ValueError("no such images")
    steps = 1 if levels is None else levels - 1
    return nll / dims / math.log(2) + math.log2(steps)
