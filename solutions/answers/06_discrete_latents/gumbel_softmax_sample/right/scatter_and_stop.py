def gumbel_softmax_sample(logits, tau, hard=False):
    if tau <= 0:
        raise ValueError("tau")
    g = gumbel_noise(torch.rand(logits.shape))
    soft = torch.softmax((logits + g) / tau, dim=-1)
    if hard:
        hot = torch.zeros_like(soft).scatter_(1, soft.argmax(dim=1, keepdim=True), 1.0)
        return (hot - soft).detach() + soft
    return soft
