# %% conditional_encoder
class ConditionalEncoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.w, self.v = nn.Parameter(torch.zeros(1)), nn.Parameter(torch.zeros(1))
        self.l = latent_dim

    def forward(self, x, c):
        return torch.zeros(len(x), self.l) + self.w + self.v, torch.zeros(len(x), self.l) + self.w + self.v

# %% conditional_decoder
class ConditionalDecoder(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784, num_classes=10):
        super().__init__()
        self.w, self.v = nn.Parameter(torch.zeros(1)), nn.Parameter(torch.zeros(1))
        self.d = output_dim

    def forward(self, z, c):
        return torch.zeros(len(z), self.d) + self.w + self.v

# %% cvae
class _E(nn.Module):
    def __init__(self, l):
        super().__init__()
        self.w, self.v = nn.Parameter(torch.zeros(1)), nn.Parameter(torch.zeros(1))
        self.l = l

    def forward(self, x, c):
        return torch.zeros(len(x), self.l) + self.w + self.v, torch.zeros(len(x), self.l) + self.w + self.v

class _D(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.w, self.v = nn.Parameter(torch.zeros(1)), nn.Parameter(torch.zeros(1))
        self.d = d

    def forward(self, z, c):
        return torch.zeros(len(z), self.d) + self.w + self.v

class CVAE(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.encoder, self.decoder, self.latent_dim = _E(latent_dim), _D(input_dim), latent_dim
        self.num_classes = num_classes

    def forward(self, x, c):
        mu, log_var = self.encoder(x, c)
        return self.decoder(mu, c), mu, log_var

# %% generate
def generate(model, labels):
    return torch.zeros(len(labels), model.decoder(torch.zeros(1, model.latent_dim), torch.eye(model.num_classes)[:1]).shape[1]).detach()

# %% train_conditional_epoch
def train_conditional_epoch(model, batches, optimizer):
    return 0.0

# %% style_grid
def style_grid(model, label, side, extent):
    return torch.zeros(side * side, model.decoder(torch.zeros(1, model.latent_dim), torch.eye(model.num_classes)[:1]).shape[1]).detach()

# %% swap_label
def swap_label(model, x, y, new_y):
    return torch.zeros(len(x), model.decoder(torch.zeros(1, model.latent_dim), torch.eye(model.num_classes)[:1]).shape[1])

# %% latent_codes
def latent_codes(model, batches):
    x, y = (torch.cat(p) for p in zip(*batches))
    return torch.zeros(len(x), model.latent_dim), torch.zeros_like(y)

# %% trained_cvae
trained_cvae = CVAE()
