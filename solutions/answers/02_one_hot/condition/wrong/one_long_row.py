# misconception: condition-flattens-rows
def condition(v, c):
    return torch.cat([v.reshape(-1), c.reshape(-1)]).reshape(len(v), v.shape[1] + c.shape[1])
