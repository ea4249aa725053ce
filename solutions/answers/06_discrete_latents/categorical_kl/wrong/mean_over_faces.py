# misconception: categorical-kl-mean-over-faces
def categorical_kl(logits):
    log_q = F.log_softmax(logits, dim=1)
    return (log_q.exp() * (log_q + math.log(logits.shape[1]))).mean(dim=1)
