# misconception: defect-swapped
def kl_defect():
    s = math.sqrt(0.5)
    return s**2 - math.log(s) - 0.5, s
