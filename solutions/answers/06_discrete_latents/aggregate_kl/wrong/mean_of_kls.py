# misconception: mean-after-the-kl
def aggregate_kl(logits):
    return categorical_kl(logits).mean()
