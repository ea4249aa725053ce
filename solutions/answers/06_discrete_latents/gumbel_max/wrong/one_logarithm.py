# misconception: gumbel-one-log-only
def gumbel_max(logits):
    return (logits - torch.log(torch.rand_like(logits).clamp(min=1e-30))).argmax(dim=1)
