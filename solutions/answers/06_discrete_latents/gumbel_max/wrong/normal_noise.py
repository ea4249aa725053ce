# misconception: gumbel-noise-is-normal
def gumbel_max(logits):
    return (logits + torch.randn_like(logits)).argmax(dim=1)
