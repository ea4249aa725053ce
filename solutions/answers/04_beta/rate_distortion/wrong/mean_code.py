# misconception: distortion-of-the-mean-code
def rate_distortion(model, batches):
    was = model.training
    model.eval()
    n = r = d = 0
    with torch.no_grad():
        for x in batches:
            mu, log_var = model.encoder(x)
            n += len(x)
            r += kl_per_latent(mu, log_var).sum().item()
            d += reconstruction_loss(model.decoder(mu), x).sum().item()
    model.train(was)
    return r / n, d / n
