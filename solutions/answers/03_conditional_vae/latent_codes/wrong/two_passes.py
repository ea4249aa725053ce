# wrong: goes over the batches twice, for the codes and for the labels; with shuffled batches (another order each time) the two do not belong together.
def latent_codes(model, batches):
    with torch.no_grad():
        mu = torch.cat([model.encoder(x, one_hot(y, model.num_classes))[0] for x, y in batches])
    labels = torch.cat([y for _, y in batches])
    return mu, labels
