# misconception: refusal-incomplete
def sigma_of_squared_error(weight=1.0, beta=1.0):
    if weight <= 0:
        raise ValueError("the weight must be positive")
    return (0.5 * max(beta, 0.0) / weight) ** 0.5
