# misconception: defect-another-base
def kl_defect():
    s = (2 * math.log(2)) ** -0.5
    return s, s * s - math.log2(s) - 0.5
