# misconception: model-not-trained
trained_vae = VAE(latent_dim=20)
