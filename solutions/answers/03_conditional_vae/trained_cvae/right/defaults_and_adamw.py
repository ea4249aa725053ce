torch.manual_seed(0)
trained_cvae = CVAE()
opt = torch.optim.AdamW(trained_cvae.parameters(), lr=2e-3, weight_decay=1e-4)
losses = []
while len(losses) < 25:
    losses.append(train_conditional_epoch(trained_cvae, train_batches, opt))
