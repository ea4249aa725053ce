# misconception: logits-taken-for-log-probabilities
def categorical_kl(logits):
    prior = torch.full_like(logits, -math.log(logits.shape[1]))
    return F.kl_div(prior, logits, reduction="none", log_target=True).sum(dim=1)
