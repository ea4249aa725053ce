def beta_loss(x, x_hat, mu, log_var, beta):
    distortion = reconstruction_loss(x_hat, x).mean()
    rate = kl_per_latent(mu, log_var).mean(0).sum()
    return distortion + torch.as_tensor(beta) * rate
