# misconception: noise-of-another-size
def gumbel_max(logits):
    noise = gumbel_noise(torch.rand_like(logits))
    standard = (noise - 0.57722) * math.sqrt(6) / math.pi
    return (logits + standard).argmax(dim=1)
