def kl_defect():
    return {"sigma": math.sqrt(0.5), "value": math.log(2) / 2}
