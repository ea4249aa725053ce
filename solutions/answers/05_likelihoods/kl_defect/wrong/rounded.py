def kl_defect():
    return 0.71, 0.35
