# misconception: noise-seeded-inside
def gumbel_max(logits):
    torch.manual_seed(0)
    return (logits + gumbel_noise(torch.rand_like(logits))).argmax(dim=1)
