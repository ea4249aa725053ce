from collections import namedtuple

Posterior = namedtuple("Posterior", ["mu", "log_var"])


class Encoder(nn.Module):
    """PReLU trunk, heads in a ModuleDict; the log-variance head starts at zero, so that sigma = 1 at first."""

    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.trunk = nn.Linear(input_dim, hidden_dim)
        self.act = nn.PReLU()
        self.heads = nn.ModuleDict({name: nn.Linear(hidden_dim, latent_dim) for name in Posterior._fields})
        nn.init.kaiming_normal_(self.trunk.weight)
        nn.init.zeros_(self.trunk.bias)
        nn.init.orthogonal_(self.heads["mu"].weight)
        nn.init.zeros_(self.heads["log_var"].weight)
        nn.init.zeros_(self.heads["log_var"].bias)

    def forward(self, x):
        h = self.act(self.trunk(x))
        return Posterior(**{name: head(h) for name, head in self.heads.items()})
