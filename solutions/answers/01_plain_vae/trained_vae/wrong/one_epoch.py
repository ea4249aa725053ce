torch.manual_seed(0)
trained_vae = VAE(latent_dim=20)
adam = torch.optim.Adam(trained_vae.parameters(), lr=2e-3)
history = fit(trained_vae, train_batches, test_batches, adam, epochs=1, patience=5)
