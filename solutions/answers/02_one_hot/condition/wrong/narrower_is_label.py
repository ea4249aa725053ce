# wrong: codes with fewer columns than there are classes end up on the right; believes that the wider argument must be v and repairs swapped calls.
def condition(v, c):
    if v.shape[1] < c.shape[1]:  # arguments in the wrong order
        v, c = c, v
    return torch.cat((v, c), dim=1)
