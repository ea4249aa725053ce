def sigma_of_squared_error(weight=1.0, beta=1.0):
    if min(weight, beta) <= 0:
        raise ValueError("weights must be positive")
    precision = 2 * weight / beta
    return 1 / math.sqrt(precision)
