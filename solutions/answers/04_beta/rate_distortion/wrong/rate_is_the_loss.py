# misconception: rate-holds-the-loss
def rate_distortion(model, batches):
    was = model.training
    model.eval()
    n = r = d = 0
    with torch.no_grad():
        for x in batches:
            x_hat, mu, log_var = model(x)
            n += len(x)
            r += (reconstruction_loss(x_hat, x) + kl_per_latent(mu, log_var).sum(1)).sum().item()
            d += reconstruction_loss(x_hat, x).sum().item()
    model.train(was)
    return r / n, d / n
