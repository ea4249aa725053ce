# wrong: the forward hook stays on the encoder and keeps collecting; the author believes that it goes away with the function
@torch.no_grad()
def active_units(model, batches, threshold=0.01):
    was_training = model.training
    model.eval()
    means = []
    model.encoder.register_forward_hook(lambda module, args, output: means.append(output[0].detach()))
    for x in batches:
        model(x)
    model.train(was_training)
    return int((torch.cat(means).var(dim=0, correction=0) > threshold).sum())
