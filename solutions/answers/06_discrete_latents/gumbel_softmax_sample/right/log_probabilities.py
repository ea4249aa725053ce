def gumbel_softmax_sample(logits, tau, hard=False):
    if tau <= 0:
        raise ValueError("tau")
    soft = ((F.log_softmax(logits, dim=1) + gumbel_noise(torch.rand_like(logits))) / tau).softmax(dim=1)
    if hard:
        hot = F.one_hot(soft.argmax(dim=1), soft.shape[1]).float()
        return hot + soft - soft.detach()
    return soft
