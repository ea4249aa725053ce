torch.manual_seed(0)
trained_sigma_vae = SigmaVAE(hidden_dim=400, latent_dim=20)
adam = torch.optim.Adam([{"params": [p for n, p in trained_sigma_vae.named_parameters() if n != "log_sigma"]}, {"params": [trained_sigma_vae.log_sigma], "lr": 2e-2}], lr=2e-3)
for _ in range(12):
    for x in train_batches:
        loss = trained_sigma_vae.loss(x)
        adam.zero_grad()
        loss.backward()
        adam.step()
