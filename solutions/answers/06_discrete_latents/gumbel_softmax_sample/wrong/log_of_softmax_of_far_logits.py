def gumbel_softmax_sample(logits, tau, hard=False):
    if tau <= 0:
        raise ValueError("tau")
    soft = ((logits + gumbel_noise(torch.rand_like(logits))) / tau).exp()
    soft = soft / soft.sum(dim=1, keepdim=True)
    if hard:
        hot = F.one_hot(soft.argmax(dim=1), soft.shape[1]).float()
        return hot + soft - soft.detach()
    return soft
