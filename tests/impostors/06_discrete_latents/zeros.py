# %% gumbel_noise
def gumbel_noise(u):
    return 0 * u

# %% gumbel_max
def gumbel_max(logits):
    return torch.zeros(len(logits), dtype=torch.int64)

# %% gumbel_softmax_sample
def gumbel_softmax_sample(logits, tau, hard=False):
    return 0 * logits

# %% categorical_kl
def categorical_kl(logits):
    return 0 * logits.sum(dim=1)

# %% aggregate_kl
def aggregate_kl(logits):
    return 0 * logits.sum()

# %% joint_vae
class Zeros(nn.Module):
    def __init__(self, widths):
        super().__init__()
        self.widths = widths

    def forward(self, x, *more):
        given = tuple(torch.zeros(len(x), width) for width in self.widths)
        return given if len(given) > 1 else given[0]

class JointVAE(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.latent_dim, self.num_classes, self.input_dim = latent_dim, num_classes, input_dim
        self.encoder = Zeros([latent_dim, latent_dim, num_classes])
        self.decoder = Zeros([input_dim])

    def forward(self, x, tau):
        return self.decoder(x), *self.encoder(x)

    def cluster(self, x):
        return torch.zeros(len(x), dtype=torch.int64)

# %% nmi
def nmi(labels, clusters):
    return 0.0

# %% clustering_accuracy
def clustering_accuracy(labels, clusters):
    return 0.0

# %% capacity
def capacity(step, steps, final):
    return 0.0

# %% capacity_loss
def capacity_loss(reconstruction, kl_z, kl_c, gamma, capacity_z, capacity_c):
    return 0 * (reconstruction.sum() + kl_z.sum() + kl_c.sum())

# %% trained_joint_vae
class Nothing(nn.Module):
    def __init__(self, widths):
        super().__init__()
        self.widths = widths

    def forward(self, x, *more):
        given = tuple(torch.zeros(len(x), width) for width in self.widths)
        return given if len(given) > 1 else given[0]

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder, self.latent_dim, self.num_classes = Nothing([6, 6, 10]), Nothing([784]), 6, 10

trained_joint_vae = Model()
