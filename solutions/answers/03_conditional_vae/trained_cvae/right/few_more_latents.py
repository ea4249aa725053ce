torch.manual_seed(1)
trained_cvae = CVAE(latent_dim=5)
optimizer = torch.optim.Adam(trained_cvae.parameters(), lr=0.002)
for epoch in range(22):
    train_conditional_epoch(trained_cvae, train_batches, optimizer)
