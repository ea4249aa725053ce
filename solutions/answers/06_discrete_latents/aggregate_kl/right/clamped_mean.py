def aggregate_kl(logits):
    mean = logits.softmax(dim=1).mean(dim=0).clamp(min=1e-20)
    return (mean * (mean * len(mean)).log()).sum()
