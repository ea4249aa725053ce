# misconception: bce-sigmoid-twice
def reconstruction_loss(x_hat, x):
    per_pixel = nn.BCEWithLogitsLoss(reduction="none")(x_hat, x)
    return torch.stack([image.mean() for image in per_pixel])
