# misconception: defect-at-the-prior
def kl_defect():
    return 1.0, 0.5
