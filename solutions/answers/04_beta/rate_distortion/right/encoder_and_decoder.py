@torch.no_grad()
def rate_distortion(model, batches):
    mode = model.training
    try:
        model.eval()
        rates, distortions = [], []
        for x in batches:
            mu, log_var = model.encoder(x)
            z = torch.normal(mu, torch.exp(0.5 * log_var))
            rates.append(kl_per_latent(mu, log_var).sum(1))
            distortions.append(reconstruction_loss(model.decoder(z), x))
        return torch.cat(rates).mean().item(), torch.cat(distortions).mean().item()
    finally:
        model.train(mode)
