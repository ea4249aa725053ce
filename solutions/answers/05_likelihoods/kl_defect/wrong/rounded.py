# misconception: defect-not-exact
def kl_defect():
    return 0.71, 0.35
