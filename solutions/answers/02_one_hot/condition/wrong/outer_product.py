# misconception: condition-multiplies
def condition(v, c):
    return (v.unsqueeze(2) * c.unsqueeze(1)).flatten(1)
