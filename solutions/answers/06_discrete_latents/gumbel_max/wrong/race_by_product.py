# misconception: die-upside-down
def gumbel_max(logits):
    clocks = torch.empty_like(logits).exponential_()
    return (clocks.log() + logits).argmin(dim=1)
