# misconception: graph-cut
def categorical_kl(logits):
    log_q = F.log_softmax(logits, dim=1)
    return math.log(logits.shape[1]) + (log_q.exp().detach() * log_q).sum(dim=1)
