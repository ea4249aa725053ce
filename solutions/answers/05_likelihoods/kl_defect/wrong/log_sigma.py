# misconception: defect-gives-log-sigma
def kl_defect():
    s = math.sqrt(0.5)
    return math.log(s), s**2 - math.log(s) - 0.5
