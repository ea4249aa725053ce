# misconception: noise-of-another-size
def gumbel_max(logits):
    return (logits + 0.5 * gumbel_noise(torch.rand_like(logits))).argmax(dim=1)
