# misconception: noise-not-from-torch
def gumbel_max(logits):
    import numpy as np
    return (logits + torch.from_numpy(np.random.gumbel(size=logits.shape)).float()).argmax(dim=1)
