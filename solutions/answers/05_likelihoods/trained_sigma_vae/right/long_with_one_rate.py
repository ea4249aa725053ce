torch.manual_seed(0)
trained_sigma_vae = SigmaVAE(hidden_dim=100, latent_dim=10)
adam = torch.optim.Adam(trained_sigma_vae.parameters(), lr=3e-3)
for _ in range(50):
    for x in train_batches:
        loss = trained_sigma_vae.loss(x)
        adam.zero_grad()
        loss.backward()
        adam.step()
