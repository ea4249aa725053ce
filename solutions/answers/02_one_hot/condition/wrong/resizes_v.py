# misconception: arguments-changed-in-place
def condition(v, c):
    width = v.shape[1]
    joined = torch.cat([v, c], dim=1)
    with torch.no_grad():
        v.zero_()
    return joined
