trained_vae = VAE
