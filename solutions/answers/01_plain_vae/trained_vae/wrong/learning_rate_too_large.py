torch.manual_seed(0)
trained_vae = VAE(latent_dim=20)
adam = torch.optim.Adam(trained_vae.parameters(), lr=1.0)
history = fit(trained_vae, train_batches, test_batches, adam, epochs=4, patience=5)
