# misconception: formula-bracket
def reparameterize(mu, log_var):
    z = mu + torch.randn(mu.shape)
    return z * log_var.div(2).exp()
