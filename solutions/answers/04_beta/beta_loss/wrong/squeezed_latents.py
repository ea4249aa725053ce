# wrong: .squeeze() turns the (B, 1) KL terms of a one-latent model into (B,), whose sum over the last axis adds up the batch; the author believes squeeze only tidies shapes
def beta_loss(x, x_hat, mu, log_var, beta):
    reconstruction = F.binary_cross_entropy(x_hat, x, reduction="none").sum(dim=-1)
    kl = kl_per_latent(mu, log_var).squeeze().sum(dim=-1)
    return (reconstruction + beta * kl).mean()
