trained_vae = VAE(784, 300, 12)
optimizer = torch.optim.AdamW(trained_vae.parameters(), lr=3e-3)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=12)
for epoch in range(12):
    train_epoch(trained_vae, train_batches, optimizer)
    schedule.step()
trained_vae.eval()
