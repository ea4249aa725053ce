# misconception: model-not-trained
trained_vae = VAE(latent_dim=20)
adam = torch.optim.Adam(VAE(latent_dim=20).parameters(), lr=2e-3)
history = fit(trained_vae, train_batches, test_batches, adam, epochs=2, patience=5)
