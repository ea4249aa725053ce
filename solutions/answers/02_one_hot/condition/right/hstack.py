def condition(v, c):
    return torch.hstack((v, c))
