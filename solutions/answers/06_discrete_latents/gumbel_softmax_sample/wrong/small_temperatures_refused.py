# misconception: refuses-what-is-allowed
def gumbel_softmax_sample(logits, tau, hard=False):
    if tau < 0.1:
        raise ValueError("the softmax overflows")
    soft = F.softmax((logits + gumbel_noise(torch.rand_like(logits))) / tau, dim=1)
    if not hard:
        return soft
    return F.one_hot(soft.argmax(dim=1), soft.shape[1]) + soft - soft.detach()
