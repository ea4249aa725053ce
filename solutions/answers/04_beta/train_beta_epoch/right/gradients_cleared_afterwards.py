def train_beta_epoch(model, batches, optimizer, beta):
    before = model.training
    model.train()
    weighted, images = 0.0, 0
    optimizer.zero_grad()
    for x in batches:
        loss = beta_loss(x, *model(x), beta=beta)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        weighted += float(loss) * len(x)
        images += len(x)
    model.train(before)
    return weighted / images
