# misconception: graph-cut
def gumbel_softmax_sample(logits, tau, hard=False):
    if tau <= 0:
        raise ValueError("tau")
    scores = (logits + gumbel_noise(torch.rand_like(logits))) / tau
    weights = (scores - scores.detach().amax(dim=1, keepdim=True)).exp()
    soft = weights / weights.detach().sum(dim=1, keepdim=True)
    if not hard:
        return soft
    return F.one_hot(soft.argmax(dim=1), soft.shape[1]) + soft - soft.detach()
