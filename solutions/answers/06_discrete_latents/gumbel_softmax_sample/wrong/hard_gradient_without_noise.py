# misconception: straight-through-without-noise
def gumbel_softmax_sample(logits, tau, hard=False):
    if tau <= 0:
        raise ValueError("tau")

    soft = F.softmax((logits + gumbel_noise(torch.rand_like(logits))) / tau, dim=1)
    if hard:
        quiet = F.softmax(logits / tau, dim=1)
        return quiet + (F.one_hot(soft.argmax(dim=1), soft.shape[1]) - quiet).detach()
    return soft
