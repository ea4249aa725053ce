# misconception: defect-value-of-the-true-kl
def kl_defect():
    s = math.sqrt(0.5)
    return s, 0.5 * (s**2 - 1) - math.log(s)
