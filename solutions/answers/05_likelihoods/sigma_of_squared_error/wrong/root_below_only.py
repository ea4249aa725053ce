# misconception: sigma-root-of-a-part
def sigma_of_squared_error(weight=1.0, beta=1.0):
    if min(weight, beta) <= 0:
        raise ValueError("both weights have to be positive")
    return beta / (2 * weight) ** 0.5
