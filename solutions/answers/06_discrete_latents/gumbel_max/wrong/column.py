# misconception: formula-axis-kept
def gumbel_max(logits):
    return (logits + gumbel_noise(torch.rand_like(logits))).argmax(dim=1, keepdim=True)
