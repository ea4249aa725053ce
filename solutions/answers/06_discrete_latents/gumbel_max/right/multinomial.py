def gumbel_max(logits):
    return torch.multinomial(torch.softmax(logits, dim=1), 1).squeeze(1)
