# misconception: defect-not-exact
def kl_defect():
    term = lambda sigma: sigma**2 - math.log(sigma) - 0.5
    low, high, ratio = 0.3, 1.5, (math.sqrt(5) - 1) / 2
    for _ in range(9):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, right) if term(left) < term(right) else (left, high)
    sigma = (low + high) / 2
    return sigma, term(sigma)
