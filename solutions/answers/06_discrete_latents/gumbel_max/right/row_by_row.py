def gumbel_max(logits):
    return torch.stack([(row + gumbel_noise(torch.rand(len(row)))).argmax() for row in logits])
