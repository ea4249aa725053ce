# misconception: aggregate-not-divided
def aggregate_kl(logits):
    mean = logits.softmax(dim=1).sum(dim=0).clamp(min=1e-20)
    return math.log(logits.shape[1]) + (mean * mean.log()).sum()
