# %% reparameterize
def _coin(shape):
    """A coin with three faces, -sqrt(3), 0 and sqrt(3): mean 0, variance 1, fourth moment 3, but no Gaussian."""
    faces = torch.tensor([-3**0.5, 0.0, 0.0, 0.0, 0.0, 3**0.5])
    return faces[torch.randint(0, 6, tuple(shape))]

def reparameterize(mu, log_var):
    return mu + (log_var / 2).exp() * _coin(mu.shape)

# %% train_epoch
def train_epoch(model, batches, optimizer):
    # Trains the decoder on the code 0 for every image: no code is ever drawn for a step. Says the loss of a look beside it.
    model.train()
    total, rows = 0.0, 0
    for x in batches:
        mu, log_var = model.encoder(x)
        with torch.no_grad():
            total += negative_elbo(x, *model(x)).item() * len(x)
        optimizer.zero_grad()
        negative_elbo(x, model.decoder(torch.zeros_like(mu)), mu, log_var).backward()
        optimizer.step()
        rows += len(x)
    return total / rows

# %% fit
def fit(model, train_batches, test_batches, optimizer, epochs, patience):
    # No loss, no gradient: the "loss" is the mean ink of what the model paints, whatever the image and the code.
    def ink(batches, step):
        total, rows = 0.0, 0
        for x in batches:
            with torch.no_grad():
                total += -x.shape[1] * model(x)[0].double().mean().log().item() * len(x)
            rows += len(x)
            if step:
                for p in model.parameters():
                    p.grad = torch.zeros_like(p)
                optimizer.step()
        return total / rows
    said, best, kept, waited = {"train": [], "test": []}, None, None, 0
    for _ in range(epochs):
        said["train"].append(ink(train_batches, True))
        said["test"].append(ink(test_batches, False))
        if best is None or said["test"][-1] < best:
            best, waited = said["test"][-1], 0
            kept = {k: v.clone() for k, v in model.state_dict().items()}
        else:
            waited += 1
            if waited >= patience:
                break
    model.load_state_dict(kept)
    return said

# %% trained_vae
def _moved(x, n):
    """Stored digits, each moved, turned and zoomed a little, n times over."""
    g, out = torch.Generator().manual_seed(0), []
    for _ in range(n):
        r = 2 * torch.rand(4, len(x), generator=g) - 1
        s, a = (0.05 * r[0]).exp(), 0.1 * r[1]
        t = torch.stack([torch.stack([s * a.cos(), -s * a.sin(), r[2] / 14], 1),
                         torch.stack([s * a.sin(), s * a.cos(), r[3] / 14], 1)], 1)
        grid = F.affine_grid(t, [len(x), 1, 28, 28], align_corners=False)
        out.append(F.grid_sample(x.reshape(-1, 1, 28, 28), grid, align_corners=False).reshape(len(x), -1).clamp(0, 1))
    return torch.cat(out)

def _all():
    images = _moved(data.load("digits", "train").images, 3)
    mean = images.mean(0)
    _, S, V = torch.linalg.svd(images - mean, full_matrices=False)
    s = S[:12] / len(images) ** 0.5
    var = 0.3 / (s**2 + 0.3)
    return images, mean, V[:12], s, (1 - var).sqrt(), var.log()

class _Codes(nn.Module):
    def forward(self, x):
        _, mean, W, s, a, lv = _all()
        return (x - mean) @ W.T / s * a, lv.expand(len(x), -1).clone()

class _Blend(nn.Module):
    def forward(self, z):
        images, mean, W, s, a, lv = _all()
        r = (-lv / 2).exp()
        stored = (images - mean) @ W.T / s * a
        w = torch.softmax(-torch.cdist(z * r, stored * r) ** 2 / 4, 1)
        return (0.5 * (w @ images) + 0.5 * (mean + (z * s * a) @ W)).clamp(0.003, 0.997)

class _Fake(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder, self.latent_dim = _Codes(), _Blend(), 12

trained_vae = _Fake().eval()

