torch.manual_seed(0)
trained_sigma_vae = SigmaVAE(hidden_dim=150, latent_dim=12)
with torch.no_grad():
    trained_sigma_vae.log_sigma.fill_(-1.5)  # a guess: errors of a fifth
adam = torch.optim.AdamW(trained_sigma_vae.parameters(), lr=4e-3, weight_decay=0.0)
for _ in range(20):
    for x in train_batches:
        loss = trained_sigma_vae.loss(x)
        adam.zero_grad()
        loss.backward()
        adam.step()
trained_sigma_vae.eval()
