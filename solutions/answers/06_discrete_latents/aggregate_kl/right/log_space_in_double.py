def aggregate_kl(logits):
    log_q = logits.double().log_softmax(dim=1)
    log_mean = torch.logsumexp(log_q, dim=0) - math.log(len(logits))
    return (log_mean.exp() * (log_mean + math.log(logits.shape[1]))).sum().float()
