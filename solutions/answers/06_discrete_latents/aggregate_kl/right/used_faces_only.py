def aggregate_kl(logits):
    mean = logits.softmax(dim=1).mean(dim=0)
    used = mean[mean > 0]
    return math.log(logits.shape[1]) + (used * used.log()).sum()
