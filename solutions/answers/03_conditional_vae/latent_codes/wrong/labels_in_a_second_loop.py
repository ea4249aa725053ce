# misconception: runs-through-twice
def latent_codes(model, batches):
    codes, labels = [], []
    with torch.no_grad():
        for x, y in batches:
            codes.append(model.encoder(x, F.one_hot(y, model.num_classes).float())[0])
    for _, y in batches:
        labels.append(y)
    return torch.cat(codes), torch.cat(labels)
