# misconception: softmax-over-the-batch
def aggregate_kl(logits):
    mean = logits.softmax(dim=0).mean(dim=1).clamp(min=1e-20)
    return math.log(len(mean)) + (mean * mean.log()).sum()
