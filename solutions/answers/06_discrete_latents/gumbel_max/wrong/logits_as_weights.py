# misconception: logits-taken-for-probabilities
def gumbel_max(logits):
    weights = logits.clamp(min=0) + 1e-12
    return (weights.log() + gumbel_noise(torch.rand_like(logits))).argmax(dim=1)
