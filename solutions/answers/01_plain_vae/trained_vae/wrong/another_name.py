torch.manual_seed(0)
model = VAE(latent_dim=20)
