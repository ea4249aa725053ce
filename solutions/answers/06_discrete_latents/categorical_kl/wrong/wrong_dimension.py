# misconception: softmax-over-the-batch
def categorical_kl(logits):
    log_q = F.log_softmax(logits, dim=0)
    return math.log(logits.shape[1]) + (log_q.exp() * log_q).sum(dim=1)
