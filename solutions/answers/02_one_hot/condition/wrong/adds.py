# misconception: condition-adds
def condition(v, c):
    return v + c
