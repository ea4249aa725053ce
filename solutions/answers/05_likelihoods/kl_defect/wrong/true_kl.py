# misconception: defect-of-the-true-kl
def kl_defect():
    return 1.0, 0.0
