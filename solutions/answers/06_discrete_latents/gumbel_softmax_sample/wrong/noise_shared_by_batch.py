# misconception: noise-shared-across-rows
def gumbel_softmax_sample(logits, tau, hard=False):
    if tau <= 0:
        raise ValueError("tau")
    soft = F.softmax((logits + gumbel_noise(torch.rand(logits.shape[1]))) / tau, dim=1)
    if hard:
        hot = F.one_hot(soft.argmax(dim=1), soft.shape[1]).float()
        return hot + soft - soft.detach()
    return soft
