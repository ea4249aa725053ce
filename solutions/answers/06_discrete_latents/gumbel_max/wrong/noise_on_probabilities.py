# misconception: noise-on-probabilities
def gumbel_max(logits):
    return (logits.softmax(dim=1) + gumbel_noise(torch.rand_like(logits))).argmax(dim=1)
