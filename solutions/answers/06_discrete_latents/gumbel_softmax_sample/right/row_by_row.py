def gumbel_softmax_sample(logits, tau, hard=False):
    if tau <= 0:
        raise ValueError("tau")
    rows = [((row + gumbel_noise(torch.rand(len(row)))) / tau).softmax(dim=0) for row in logits]
    soft = torch.stack(rows)
    if hard:
        hot = F.one_hot(soft.argmax(dim=1), soft.shape[1]).float()
        return hot + soft - soft.detach()
    return soft
