# misconception: categorical-kl-reversed
def categorical_kl(logits):
    return -math.log(logits.shape[1]) - F.log_softmax(logits, dim=1).mean(dim=1)
