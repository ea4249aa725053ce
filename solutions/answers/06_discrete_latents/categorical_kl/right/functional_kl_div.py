def categorical_kl(logits):
    faces = logits.shape[1]
    uniform = torch.full_like(logits, -math.log(faces))
    return F.kl_div(uniform, F.log_softmax(logits, dim=1), reduction="none", log_target=True).sum(dim=1)
