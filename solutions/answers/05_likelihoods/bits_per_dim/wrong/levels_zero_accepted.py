# misconception: refusal-incomplete
def bits_per_dim(nll, dims, levels=None):
    if dims < 1 or (levels and levels < 2):
        raise ValueError("no such images")
    return nll / (dims * math.log(2)) + (math.log2(levels) if levels else 0.0)
