def gumbel_max(logits):
    noise = torch.distributions.Gumbel(torch.zeros_like(logits), torch.ones_like(logits)).sample()
    return torch.argmax(logits + noise, dim=1)
