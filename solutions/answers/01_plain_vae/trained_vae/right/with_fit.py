torch.manual_seed(1)
trained_vae = VAE()
history = fit(
    trained_vae, train_batches, test_batches, torch.optim.Adam(trained_vae.parameters(), lr=2e-3), epochs=15, patience=5
)
