# misconception: model-not-trained
torch.manual_seed(0)
trained_cvae = CVAE(latent_dim=2)
optimizer = torch.optim.Adam(trained_cvae.parameters(), lr=0.001)
for epoch in range(1):
    train_conditional_epoch(trained_cvae, train_batches, optimizer)
