# misconception: unused-faces-left-out
def aggregate_kl(logits):
    shares = logits.softmax(dim=1).sum(dim=0) / len(logits)
    used = shares[shares > 0]
    return (used * (used * len(used)).log()).sum()
