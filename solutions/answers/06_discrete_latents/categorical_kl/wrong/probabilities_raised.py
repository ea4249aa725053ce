# misconception: kl-of-bent-probabilities
def categorical_kl(logits):
    q = torch.clamp(logits.softmax(dim=1), min=1e-3)
    return (q * (q * logits.shape[1]).log()).sum(dim=1)
