# misconception: thrown-twice
def gumbel_max(logits):
    noisy = logits + gumbel_noise(torch.rand_like(logits))
    return torch.distributions.Categorical(logits=noisy).sample()
