# misconception: evaluates-in-training-mode
def rate_distortion(model, batches):
    n = r = d = 0
    was = model.training
    model.train()
    with torch.no_grad():
        for x in batches:
            x_hat, mu, log_var = model(x)
            n += len(x)
            r += kl_per_latent(mu, log_var).sum().item()
            d += reconstruction_loss(x_hat, x).sum().item()
    model.train(was)
    return r / n, d / n
