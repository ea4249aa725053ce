def bits_per_dim(nll, dims, levels=None):
    if dims < 1 or (levels is not None and levels < 2):
        raise ValueError("no such images")
    bits = nll / math.log(2)
    bits = bits / dims
    if levels is not None:
        bits = bits + math.log2(levels)
    return bits
