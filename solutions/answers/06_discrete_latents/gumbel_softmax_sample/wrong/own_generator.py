# misconception: noise-from-a-fixed-generator
def gumbel_softmax_sample(logits, tau, hard=False):
    if tau <= 0:
        raise ValueError("tau")

    noise = gumbel_noise(torch.rand(logits.shape, generator=torch.Generator().manual_seed(3)))
    soft = F.softmax((logits + noise) / tau, dim=1)
    if hard:
        return F.one_hot(soft.argmax(dim=1), soft.shape[1]).float() + soft - soft.detach()
    return soft
