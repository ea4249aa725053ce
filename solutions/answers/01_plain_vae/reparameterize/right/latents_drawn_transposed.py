def reparameterize(mu, log_var):
    eps = torch.empty(mu.shape[1], mu.shape[0]).normal_().T
    z = eps * log_var.mul(0.5).exp()
    z = z + mu
    return z
