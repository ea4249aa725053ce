# misconception: hard-by-threshold
def gumbel_softmax_sample(logits, tau, hard=False):
    if tau <= 0:
        raise ValueError("tau")

    soft = F.softmax((logits + gumbel_noise(torch.rand_like(logits))) / tau, dim=1)
    return torch.where(soft > 0.5, 1.0, 0.0) + soft - soft.detach() if hard else soft
