def categorical_kl(logits):
    q = torch.distributions.Categorical(logits=logits)
    return math.log(logits.shape[1]) - q.entropy()
