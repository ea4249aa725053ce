# misconception: straight-through-sign
def gumbel_softmax_sample(logits, tau, hard=False):
    if tau <= 0:
        raise ValueError("tau")
    soft = F.softmax((logits + gumbel_noise(torch.rand_like(logits))) / tau, dim=1)
    if hard:
        hot = torch.zeros_like(soft).scatter(1, soft.argmax(dim=1, keepdim=True), 1.0)
        return hot - (soft - soft.detach())
    return soft
