# misconception: zero-times-log-of-zero
def categorical_kl(logits):
    q = logits.softmax(dim=1)
    return math.log(logits.shape[1]) + torch.xlogy(q, q).sum(dim=1)
