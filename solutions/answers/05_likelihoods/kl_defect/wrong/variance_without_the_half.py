# misconception: defect-gives-variance
def kl_defect():
    place = 1 / 2
    return place, place * place + math.log(2)
