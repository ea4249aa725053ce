# misconception: die-without-logits
def gumbel_max(logits):
    return gumbel_noise(torch.rand_like(logits)).argmax(dim=1)
