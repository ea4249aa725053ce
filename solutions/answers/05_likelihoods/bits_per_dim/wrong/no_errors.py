# misconception: refusal-incomplete
def bits_per_dim(nll, dims, levels=None):
    return nll / (dims * math.log(2)) + (math.log2(levels) if levels else 0.0)
