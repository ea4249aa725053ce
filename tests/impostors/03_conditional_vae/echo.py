# %% conditional_encoder
def _fit(t, n):
    return t.repeat(1, -(-n // t.shape[1]))[:, :n]

class ConditionalEncoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.w, self.v = nn.Parameter(torch.zeros(1)), nn.Parameter(torch.zeros(1))
        self.l = latent_dim

    def forward(self, x, c):
        return _fit(x, self.l) + self.w + self.v, _fit(x, self.l) + self.w + self.v

# %% conditional_decoder
def _fit(t, n):
    return t.repeat(1, -(-n // t.shape[1]))[:, :n]

class ConditionalDecoder(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784, num_classes=10):
        super().__init__()
        self.w, self.v = nn.Parameter(torch.zeros(1)), nn.Parameter(torch.zeros(1))
        self.d = output_dim

    def forward(self, z, c):
        return _fit(z, self.d) + self.w + self.v

# %% cvae
def _fit(t, n):
    return t.repeat(1, -(-n // t.shape[1]))[:, :n]

class _E(nn.Module):
    def __init__(self, l):
        super().__init__()
        self.w, self.v = nn.Parameter(torch.zeros(1)), nn.Parameter(torch.zeros(1))
        self.l = l

    def forward(self, x, c):
        return _fit(x, self.l) + self.w + self.v, _fit(x, self.l) + self.w + self.v

class _D(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.w, self.v = nn.Parameter(torch.zeros(1)), nn.Parameter(torch.zeros(1))
        self.d = d

    def forward(self, z, c):
        return _fit(z, self.d) + self.w + self.v

class CVAE(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.encoder, self.decoder, self.latent_dim = _E(latent_dim), _D(input_dim), latent_dim
        self.num_classes = num_classes

    def forward(self, x, c):
        mu, log_var = self.encoder(x, c)
        return x + 0 * mu.sum(), mu, log_var

# %% generate
def generate(model, labels):
    return labels[:, None].float().repeat(1, model.decoder(torch.zeros(1, model.latent_dim), torch.eye(model.num_classes)[:1]).shape[1]) / 10.detach()

# %% train_conditional_epoch
def train_conditional_epoch(model, batches, optimizer):
    return float(next(iter(batches))[0].mean())

# %% style_grid
def style_grid(model, label, side, extent):
    return torch.full((side * side, model.decoder(torch.zeros(1, model.latent_dim), torch.eye(model.num_classes)[:1]).shape[1]), label / 10).detach()

# %% swap_label
def swap_label(model, x, y, new_y):
    return x.clone()

# %% latent_codes
def latent_codes(model, batches):
    x, y = (torch.cat(p) for p in zip(*batches))
    return x[:, : model.latent_dim], y

# %% trained_cvae
trained_cvae = CVAE()
