# misconception: zero-times-log-of-zero
def aggregate_kl(logits):
    mean = logits.softmax(dim=1).mean(dim=0)
    return math.log(logits.shape[1]) + (mean * mean.log()).sum()
