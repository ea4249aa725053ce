def gumbel_softmax_sample(logits, tau, hard=False):
    if not tau > 0:
        raise ValueError("the temperature has to be positive")
    noise = -torch.empty_like(logits).exponential_().log()
    a = (logits + noise) / tau
    a = a - a.max(dim=1, keepdim=True).values.detach()
    e = a.exp()
    soft = e / e.sum(dim=1, keepdim=True)
    if hard:
        hot = F.one_hot(soft.argmax(dim=1), soft.shape[1]).float()
        return hot + soft - soft.detach()
    return soft
