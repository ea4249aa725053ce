# misconception: model-not-trained
torch.manual_seed(0)
trained_cvae = CVAE(latent_dim=2)
