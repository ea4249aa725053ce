# misconception: asserts-instead-of-value-error
def gumbel_softmax_sample(logits, tau, hard=False):
    assert tau > 0
    soft = F.softmax((logits + gumbel_noise(torch.rand_like(logits))) / tau, dim=1)
    if hard:
        hot = F.one_hot(soft.argmax(dim=1), soft.shape[1]).float()
        return hot + soft - soft.detach()
    return soft
