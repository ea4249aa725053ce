torch.manual_seed(0)
trained_vae = VAE(latent_dim=20)
adam = torch.optim.Adam(trained_vae.parameters(), lr=2e-3)
for _ in range(8):
    for x in train_batches:
        loss = reconstruction_loss(trained_vae(x)[0], x).mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
