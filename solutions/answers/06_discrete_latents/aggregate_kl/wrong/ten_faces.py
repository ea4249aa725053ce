# misconception: ten-faces-assumed
def aggregate_kl(logits):
    mean = logits.softmax(dim=1).mean(dim=0).clamp(min=1e-20)
    return math.log(10) + (mean * mean.log()).sum()
