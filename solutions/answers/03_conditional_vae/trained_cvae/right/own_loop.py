torch.manual_seed(7)
model = CVAE(784, 300, 2, 10)
optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)
for epoch in range(22):
    order = torch.randperm(len(digits.images))
    for part in order.split(64):
        x, y = digits.images[part], digits.labels[part]
        loss = negative_elbo(x, *model(x, one_hot(y, 10)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
trained_cvae = model.eval()
