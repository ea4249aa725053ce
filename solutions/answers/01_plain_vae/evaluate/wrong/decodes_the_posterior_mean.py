# misconception: distortion-of-the-mean-code
# it decodes the posterior mean to get rid of the noise, which isn't the model's loss (a draw from q in every mode), and it bypasses model(x).
@torch.no_grad()
def evaluate(model, batches):
    was = model.training
    model.eval()
    nats = []
    for x in batches:
        mu, log_var = model.encoder(x)
        x_hat = model.decoder(mu)
        nats.extend((reconstruction_loss(x_hat, x) + kl_divergence(mu, log_var)).tolist())
    model.train(was)
    return sum(nats) / len(nats)
