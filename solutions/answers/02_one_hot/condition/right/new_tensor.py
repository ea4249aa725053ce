def condition(v, c):
    joined = v.new_zeros(v.shape[0], v.shape[1] + c.shape[1])
    joined[:, : v.shape[1]] = v
    joined[:, v.shape[1] :] = c
    return joined
