def gumbel_max(logits):
    return (logits + gumbel_noise(torch.rand(len(logits), 1))).argmax(dim=1)
