def evaluate(model, batches):
    mode = model.training
    model.eval()
    with torch.inference_mode():
        per_image = []
        for x in batches:
            x_hat, mu, log_var = model(x)
            per_image.append(reconstruction_loss(x_hat, x) + kl_divergence(mu, log_var))
        result = torch.cat(per_image).double().mean().item()
    model.train(mode)
    return result
