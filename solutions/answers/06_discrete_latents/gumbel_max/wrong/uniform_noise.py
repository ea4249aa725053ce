# misconception: gumbel-noise-is-uniform
def gumbel_max(logits):
    return (logits + torch.rand_like(logits)).argmax(dim=1)
