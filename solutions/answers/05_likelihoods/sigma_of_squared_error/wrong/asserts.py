# misconception: asserts-instead-of-value-error
def sigma_of_squared_error(weight=1.0, beta=1.0):
    assert weight > 0 and beta > 0
    return math.sqrt(beta / (2 * weight))
