# misconception: categorical-kl-without-log-c
def categorical_kl(logits):
    log_q = F.log_softmax(logits, dim=1)
    return (log_q.exp() * log_q).sum(dim=1)
