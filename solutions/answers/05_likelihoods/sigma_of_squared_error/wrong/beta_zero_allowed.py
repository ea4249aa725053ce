# misconception: refusal-incomplete
def sigma_of_squared_error(weight=1.0, beta=1.0):
    if weight <= 0 or beta < 0:
        raise ValueError
    return math.sqrt(beta / (2 * weight))
