torch.manual_seed(1)
trained_sigma_vae = SigmaVAE(784, 100, 10)
adam = torch.optim.Adam([*trained_sigma_vae.encoder.parameters(), *trained_sigma_vae.decoder.parameters()], lr=3e-3)
for epoch in range(15):
    for x in train_batches:
        adam.zero_grad()
        trained_sigma_vae.loss(x).backward()
        adam.step()
    with torch.no_grad():
        x_hat, _, _ = trained_sigma_vae(digits.images)
        trained_sigma_vae.log_sigma.fill_(optimal_sigma(x_hat, digits.images).log().item())
