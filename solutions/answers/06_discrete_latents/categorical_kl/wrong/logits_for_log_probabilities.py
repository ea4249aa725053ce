# misconception: logits-taken-for-log-probabilities
def categorical_kl(logits):
    q = logits.softmax(dim=1)
    return math.log(logits.shape[1]) + (q * logits).sum(dim=1)
