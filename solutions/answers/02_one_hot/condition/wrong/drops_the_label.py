# misconception: condition-drops-the-label
def condition(v, c):
    return v
