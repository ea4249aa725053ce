def aggregate_kl(logits):
    mean = logits.detach().softmax(dim=1).mean(dim=0).clamp(min=1e-20)
    return (mean * (mean * len(mean)).log()).sum() + 0 * logits.sum()
