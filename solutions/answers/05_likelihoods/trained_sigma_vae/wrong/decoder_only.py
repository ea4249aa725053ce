torch.manual_seed(0)
trained_sigma_vae = SigmaVAE(hidden_dim=100, latent_dim=10)
adam = torch.optim.Adam([{"params": trained_sigma_vae.decoder.parameters()}, {"params": [trained_sigma_vae.log_sigma], "lr": 2e-2}], lr=2e-3)
for _ in range(8):
    for x in train_batches:
        loss = trained_sigma_vae.loss(x)
        adam.zero_grad()
        loss.backward()
        adam.step()
