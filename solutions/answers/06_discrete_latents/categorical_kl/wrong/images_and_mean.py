# misconception: categorical-kl-mean-over-faces
def categorical_kl(logits):
    log_q = F.log_softmax(logits, dim=-1)
    return math.log(len(logits)) + (log_q * log_q.exp()).mean(dim=-1)
