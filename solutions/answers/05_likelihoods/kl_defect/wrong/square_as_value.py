# misconception: defect-half-as-value
def kl_defect():
    sigma = math.sqrt(1 / 2)
    return sigma, sigma * sigma
