# misconception: model-not-trained
torch.manual_seed(0)
trained_sigma_vae = SigmaVAE(hidden_dim=100, latent_dim=10)
