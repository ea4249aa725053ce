# misconception: ten-faces-assumed
def categorical_kl(logits):
    log_q = F.log_softmax(logits, dim=1)
    return math.log(10) + (log_q.exp() * log_q).sum(dim=1)
