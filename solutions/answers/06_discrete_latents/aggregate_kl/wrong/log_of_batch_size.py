# misconception: categorical-kl-counts-images
def aggregate_kl(logits):
    shares = F.softmax(logits, dim=1).mean(dim=0)
    return math.log(logits.shape[0]) - torch.special.entr(shares + 1e-20).sum()
