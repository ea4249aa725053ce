# misconception: logits-clamped
def categorical_kl(logits):
    logits = torch.clamp(logits, min=-20, max=20)
    log_q = logits - logits.logsumexp(dim=1, keepdim=True)
    return (log_q.exp() * (log_q + math.log(logits.shape[1]))).sum(dim=1)
