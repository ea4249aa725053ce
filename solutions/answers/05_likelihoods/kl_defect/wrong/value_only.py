def kl_defect():
    return math.log(2) / 2
