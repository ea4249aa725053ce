# misconception: refusal-incomplete
def bits_per_dim(nll, dims, levels=None):
    if dims < 1:
        raise ValueError("no dimensions")
    if levels is not None and levels < 1:
        raise ValueError("no levels")
    return nll / dims / math.log(2) + math.log2(levels or 1)
