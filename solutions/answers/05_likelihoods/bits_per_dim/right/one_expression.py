def bits_per_dim(nll, dims, levels=None):
    levels = 1 if levels is None else levels if levels >= 2 else 0
    if dims < 1 or not levels:
        raise ValueError("dims >= 1 and levels >= 2")
    return (nll / dims + math.log(levels)) / math.log(2)
