def rate_distortion(model, batches):
    was_training = model.training
    model.eval()
    rate, distortion, count = 0.0, 0.0, 0
    with torch.no_grad():
        for x in batches:
            for _ in range(3):
                x_hat, mu, log_var = model(x)
                distortion += float(reconstruction_loss(x_hat, x).sum()) / 3
            rate += float(kl_per_latent(mu, log_var).sum())
            count += len(x)
    if was_training:
        model.train()
    return [rate / count, distortion / count]
