def bits_per_dim(nll, dims, levels=None):
    if dims < 1:
        raise ValueError(f"dims = {dims}")
    if levels is None:
        return math.log2(math.e) / dims * nll
    if levels < 2:
        raise ValueError(f"levels = {levels}")
    return math.log2(math.e) / dims * (nll + dims * math.log(levels))
