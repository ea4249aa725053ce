# misconception: die-upside-down
def gumbel_max(logits):
    return (-logits + gumbel_noise(torch.rand_like(logits))).argmax(dim=1)
