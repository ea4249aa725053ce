# misconception: sample-detached
def reparameterize(mu, log_var):
    with torch.no_grad():
        std = torch.exp(0.5 * log_var)
        return mu + std * torch.randn_like(std)
