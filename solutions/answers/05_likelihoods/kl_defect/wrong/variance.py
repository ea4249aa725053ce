# misconception: defect-gives-variance
def kl_defect():
    return 0.5, math.log(2) / 2
