# misconception: most-probable-faces-counted
def aggregate_kl(logits):
    mean = F.one_hot(logits.argmax(dim=1), logits.shape[1]).float().mean(dim=0).clamp(min=1e-20)
    return (mean * (mean * len(mean)).log()).sum() + 0 * logits.sum()
