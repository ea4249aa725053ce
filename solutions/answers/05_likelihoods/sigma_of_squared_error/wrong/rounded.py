def sigma_of_squared_error(weight=1.0, beta=1.0):
    if not (weight > 0 and beta > 0):
        raise ValueError("both have to be positive")
    return round((beta / weight / 2) ** 0.5, 6)
