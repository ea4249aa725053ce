# misconception: posterior-collapse
torch.manual_seed(0)
trained_sigma_vae = SigmaVAE(hidden_dim=100, latent_dim=10)
adam = torch.optim.Adam([{"params": trained_sigma_vae.decoder.parameters()}, {"params": [trained_sigma_vae.log_sigma], "lr": 2e-2}, {"params": trained_sigma_vae.encoder.parameters()}], lr=2e-3)
for _ in range(12):
    for x in train_batches:
        x_hat, mu, log_var = trained_sigma_vae(x)
        loss = (gaussian_nll(x_hat, x, trained_sigma_vae.log_sigma.exp()) + 784 * kl_divergence(mu, log_var)).mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
