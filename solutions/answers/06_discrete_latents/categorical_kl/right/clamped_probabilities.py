def categorical_kl(logits):
    q = logits.softmax(dim=1)
    return (q * (q.clamp(min=1e-20) * logits.shape[1]).log()).sum(dim=1)
