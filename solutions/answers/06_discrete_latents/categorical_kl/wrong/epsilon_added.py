def categorical_kl(logits):
    q = logits.softmax(dim=1)
    return math.log(logits.shape[1]) + (q * (q + 1e-2).log()).sum(dim=1)
