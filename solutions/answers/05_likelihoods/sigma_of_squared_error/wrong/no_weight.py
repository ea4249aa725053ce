# misconception: sigma-without-weight
def sigma_of_squared_error(weight=1.0, beta=1.0):
    if weight <= 0 or beta <= 0:
        raise ValueError("both must be positive")
    return math.sqrt(beta / 2)
