# misconception: defect-gives-variance
def kl_defect():
    variance = 0.5  # where the slope of v − ½ log v is 0
    return variance, variance - 0.5 * math.log(variance)
