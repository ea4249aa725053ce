# misconception: noise-only-with-gradients
def gumbel_softmax_sample(logits, tau, hard=False):
    if tau <= 0:
        raise ValueError("tau")

    noise = gumbel_noise(torch.rand_like(logits)) if torch.is_grad_enabled() else torch.zeros_like(logits)
    soft = F.softmax((logits + noise) / tau, dim=1)
    if hard:
        return F.one_hot(soft.argmax(dim=1), soft.shape[1]).float() + soft - soft.detach()
    return soft
