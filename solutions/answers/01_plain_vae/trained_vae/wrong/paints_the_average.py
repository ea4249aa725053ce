# misconception: decoder-ignores-code
trained_vae = VAE(latent_dim=20)
adam = torch.optim.Adam(trained_vae.parameters(), lr=2e-3)
history = fit(trained_vae, train_batches, test_batches, adam, epochs=3, patience=5)


class Average(nn.Module):
    def forward(self, z):
        return digits.images.mean(0).expand(len(z), -1)


trained_vae.decoder = Average()
