# misconception: refusal-incomplete
def sigma_of_squared_error(weight=1.0, beta=1.0):
    return abs(beta / (2 * weight)) ** 0.5 if weight else float("inf")
