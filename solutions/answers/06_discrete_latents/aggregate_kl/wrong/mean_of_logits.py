# misconception: mean-of-logits
def aggregate_kl(logits):
    return categorical_kl(logits.mean(dim=0, keepdim=True))[0]
