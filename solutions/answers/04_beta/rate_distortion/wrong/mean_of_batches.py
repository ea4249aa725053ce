# misconception: averages-batches-not-images
def rate_distortion(model, batches):
    was = model.training
    model.eval()
    rates, distortions = [], []
    with torch.no_grad():
        for x in batches:
            x_hat, mu, log_var = model(x)
            rates.append(kl_per_latent(mu, log_var).sum(1).mean().item())
            distortions.append(reconstruction_loss(x_hat, x).mean().item())
    model.train(was)
    return sum(rates) / len(rates), sum(distortions) / len(distortions)
