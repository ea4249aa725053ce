# misconception: smallest-for-largest
def gumbel_max(logits):
    return torch.min(logits + gumbel_noise(torch.rand_like(logits)), dim=1).indices
