def aggregate_kl(logits):
    log_mean = F.log_softmax(logits, dim=1).logsumexp(dim=0, keepdim=True)
    return categorical_kl(log_mean)[0]
