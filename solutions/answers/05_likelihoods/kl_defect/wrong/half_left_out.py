# misconception: defect-half-left-out
def kl_defect():
    s = math.sqrt(0.5)
    return s, s**2 - math.log(s)
