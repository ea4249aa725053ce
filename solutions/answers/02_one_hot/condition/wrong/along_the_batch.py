# misconception: condition-stacks-rows
def condition(v, c):
    return torch.cat([v, c])
