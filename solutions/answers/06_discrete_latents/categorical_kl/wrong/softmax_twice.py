# misconception: probabilities-taken-for-logits
def categorical_kl(logits):
    q = torch.distributions.Categorical(logits=logits.softmax(dim=1))
    return math.log(logits.shape[1]) - q.entropy()
