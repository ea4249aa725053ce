def kl_defect():
    s = 1.0
    for _ in range(50):
        s -= (2 * s - 1 / s) / (2 + 1 / s**2)
    return s, s * s - math.log(s) - 0.5
