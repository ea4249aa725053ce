# misconception: arguments-changed-in-place
def bits_per_dim(nll, dims, levels=None):
    if dims < 1 or (levels is not None and levels < 2):
        raise ValueError("no such images")
    nll /= dims * math.log(2)
    if levels:
        nll += math.log2(levels)
    return nll
