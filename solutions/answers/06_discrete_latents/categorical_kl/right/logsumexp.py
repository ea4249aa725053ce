def categorical_kl(logits):
    q = logits.softmax(dim=1)
    return (q * logits).sum(dim=1) - logits.logsumexp(dim=1) + math.log(logits.shape[1])
