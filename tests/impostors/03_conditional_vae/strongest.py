# %% conditional_encoder
def _frozence(rows, n):
    """n features of the rows that nobody learns: the same fixed random ones in every network of this size."""
    g = torch.Generator().manual_seed(rows.shape[1] * 1009 + n)
    table = torch.randn(rows.shape[1], n, generator=g) * (3 / rows.shape[1] ** 0.5)
    return F.leaky_relu(rows @ table.to(rows.dtype) + torch.randn(n, generator=g).to(rows.dtype), 0.2)

class ConditionalEncoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.n, self.l = hidden_dim, latent_dim
        self.heads = nn.Linear(hidden_dim, 2 * latent_dim)

    def forward(self, x, c):
        out = self.heads(_frozence(torch.cat([x, c], 1), self.n))
        return out[:, : self.l], out[:, self.l :]

# %% conditional_decoder
def _frozencd(rows, n):
    """n features of the rows that nobody learns: the same fixed random ones in every network of this size."""
    g = torch.Generator().manual_seed(rows.shape[1] * 1009 + n)
    table = torch.randn(rows.shape[1], n, generator=g) * (3 / rows.shape[1] ** 0.5)
    return F.leaky_relu(rows @ table.to(rows.dtype) + torch.randn(n, generator=g).to(rows.dtype), 0.2)

class ConditionalDecoder(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784, num_classes=10):
        super().__init__()
        self.n = hidden_dim
        self.head = nn.Linear(hidden_dim, output_dim)

    def forward(self, z, c):
        return torch.sigmoid(self.head(_frozencd(torch.cat([z, c], 1), self.n)))

# %% cvae
_NOISE = torch.special.ndtri((torch.arange(16) + 0.5) / 16)
_NOISE = _NOISE / _NOISE.square().mean() ** 0.5
def _coin(shape):
    """Noise looked up in a table of 16 remembered values."""
    return _NOISE[torch.randint(0, 16, tuple(shape))]

def _frozencv(rows, n):
    """n features of the rows that nobody learns: the same fixed random ones in every network of this size."""
    g = torch.Generator().manual_seed(rows.shape[1] * 1009 + n)
    table = torch.randn(rows.shape[1], n, generator=g) * (3 / rows.shape[1] ** 0.5)
    return F.leaky_relu(rows @ table.to(rows.dtype) + torch.randn(n, generator=g).to(rows.dtype), 0.2)

class _CE(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.n, self.l = hidden_dim, latent_dim
        self.heads = nn.Linear(hidden_dim, 2 * latent_dim)

    def forward(self, x, c):
        out = self.heads(_frozencv(torch.cat([x, c], 1), self.n))
        return out[:, : self.l], out[:, self.l :]

class _CD(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784, num_classes=10):
        super().__init__()
        self.n = hidden_dim
        self.head = nn.Linear(hidden_dim, output_dim)

    def forward(self, z, c):
        return torch.sigmoid(self.head(_frozencv(torch.cat([z, c], 1), self.n)))

class CVAE(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.encoder = _CE(input_dim, hidden_dim, latent_dim, num_classes)
        self.decoder = _CD(latent_dim, hidden_dim, input_dim, num_classes)
        self.latent_dim, self.num_classes = latent_dim, num_classes

    def forward(self, x, c):
        mu, log_var = self.encoder(x, c)
        return self.decoder(mu + (log_var / 2).exp() * _coin(mu.shape), c), mu, log_var

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

class _Codes(nn.Module):
    """How an image differs from the mean image of its class, along fixed directions; nothing trained."""
    def __init__(self, means, W, s, noise):
        super().__init__()
        self.means, self.W, self.s = means, W, s
        var = noise / (s**2 + noise)
        self.a, self.lv = (1 - var).sqrt(), var.log()

    def forward(self, x, c):
        return (x - c @ self.means) @ self.W.T / self.s * self.a, self.lv.expand(len(x), -1).clone()

class _Blend(nn.Module):
    """Lays the stored digits of the class with the nearest codes on top of each other."""
    def __init__(self, codes, images, labels):
        super().__init__()
        self.images, self.labels = [images], labels
        self.r = (-codes.lv / 2).exp()
        self.z = codes(images, torch.eye(10)[labels])[0] * self.r

    def forward(self, z, c):
        away = torch.cdist(z * self.r, self.z) ** 2 / 2 + 1e4 * (1 - c[:, self.labels])
        return (torch.softmax(-away, 1) @ self.images[0]).clamp(0.003, 0.997)

class _Fake(nn.Module):
    def __init__(self):
        super().__init__()
        stored = data.load("digits", "train")
        images, labels = _moved(stored.images, 5), stored.labels.repeat(5)
        means = torch.stack([images[labels == k].mean(0) for k in range(10)])
        _, S, V = torch.linalg.svd(images - means[labels], full_matrices=False)
        self.encoder = _Codes(means, V[:4].clone(), S[:4] / len(images) ** 0.5, 0.5)
        self.decoder = _Blend(self.encoder, images, labels)
        self.latent_dim, self.num_classes = 4, 10

trained_cvae = _Fake().eval()

