torch.manual_seed(0)
trained_cvae = CVAE(latent_dim=2)
optimizer = torch.optim.Adam(trained_cvae.parameters(), lr=6e-3)
wrong = data.batches(digits.images, digits.labels[torch.randperm(len(digits.labels))], batch_size=64, shuffle=True)
for epoch in range(8):
    train_conditional_epoch(trained_cvae, wrong, optimizer)
