def gumbel_max(logits):
    return torch.distributions.Categorical(logits=logits).sample()
