# misconception: mean-after-the-kl
def aggregate_kl(logits):
    entropy = torch.distributions.Categorical(logits=logits).entropy()
    return (math.log(len(logits)) - entropy).mean()
