def rate_distortion(model, batches):
    was_training = model.training
    model.eval()
    rate, distortion, images = 0.0, 0.0, 0
    with torch.no_grad():
        for x in batches:
            images += len(x)
            x_hat, mu, log_var = model(x)
            rate += kl_per_latent(mu, log_var).sum(dim=1).item()
            distortion += reconstruction_loss(x_hat, x).sum().item()
    model.train(was_training)
    return rate / images, distortion / images
