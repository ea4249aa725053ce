# misconception: faces-as-one-hot-rows
def gumbel_max(logits):
    faces = (logits + gumbel_noise(torch.rand_like(logits))).argmax(dim=1)
    return F.one_hot(faces, logits.shape[1])
