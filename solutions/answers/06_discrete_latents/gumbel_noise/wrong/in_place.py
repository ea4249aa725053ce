# misconception: arguments-changed-in-place
def gumbel_noise(u):
    return u.clamp_(min=1e-30).log_().neg_().log_().neg_()
