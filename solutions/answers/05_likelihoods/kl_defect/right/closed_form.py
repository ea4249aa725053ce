def kl_defect():
    return 2 ** -0.5, math.log(2) / 2
