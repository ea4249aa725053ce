def train_epoch(model, batches, optimizer, clip=None):
    was_training = model.training
    model.train()
    seen = []
    for x in batches:

        def closure():
            optimizer.zero_grad(set_to_none=False)
            loss = negative_elbo(x, *model(x))
            loss.backward()
            if clip:
                nn.utils.clip_grad_norm_(model.parameters(), clip)
            return loss

        seen += [optimizer.step(closure).item()] * len(x)
    model.train(was_training)
    return sum(seen) / len(seen)
