# misconception: levels-ignored
def bits_per_dim(nll, dims, levels=None):
    if dims < 1 or (levels is not None and levels < 2):
        raise ValueError("no such images")
    return nll / (dims * math.log(2))
