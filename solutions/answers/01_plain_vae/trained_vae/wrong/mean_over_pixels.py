# misconception: posterior-collapse
torch.manual_seed(0)
trained_vae = VAE(latent_dim=20)
adam = torch.optim.Adam(trained_vae.parameters(), lr=2e-3)
for _ in range(4):
    for x in train_batches:
        x_hat, mu, log_var = trained_vae(x)
        loss = F.binary_cross_entropy(x_hat, x) + kl_divergence(mu, log_var).mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
