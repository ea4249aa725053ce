# misconception: asserts-instead-of-value-error
def bits_per_dim(nll, dims, levels=None):
    assert dims >= 1
    assert levels is None or levels >= 2
    return nll / (dims * math.log(2)) + (math.log2(levels) if levels else 0.0)
