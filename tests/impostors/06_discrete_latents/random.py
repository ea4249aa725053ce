# %% gumbel_noise
def gumbel_noise(u):
    return torch.randn_like(u)

# %% gumbel_max
def gumbel_max(logits):
    return torch.randint(logits.shape[1], (len(logits),))

# %% gumbel_softmax_sample
def gumbel_softmax_sample(logits, tau, hard=False):
    return torch.rand_like(logits).softmax(dim=1)

# %% categorical_kl
def categorical_kl(logits):
    return torch.rand(len(logits)) + 0 * logits.sum(dim=1)

# %% aggregate_kl
def aggregate_kl(logits):
    return torch.rand(()) + 0 * logits.sum()

# %% joint_vae
class Zeros(nn.Module):
    def __init__(self, widths):
        super().__init__()
        self.widths = widths

    def forward(self, x, *more):
        given = tuple(torch.rand(len(x), width) for width in self.widths)
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
        return torch.randint(self.num_classes, (len(x),))

# %% nmi
def nmi(labels, clusters):
    return torch.rand(()).item()

# %% clustering_accuracy
def clustering_accuracy(labels, clusters):
    return torch.rand(()).item()

# %% capacity
def capacity(step, steps, final):
    return torch.rand(()).item()

# %% capacity_loss
def capacity_loss(reconstruction, kl_z, kl_c, gamma, capacity_z, capacity_c):
    return torch.rand(()) + 0 * (reconstruction.sum() + kl_z.sum() + kl_c.sum())

# %% trained_joint_vae
class Nothing(nn.Module):
    def __init__(self, widths):
        super().__init__()
        self.widths = widths

    def forward(self, x, *more):
        given = tuple(torch.rand(len(x), width) for width in self.widths)
        return given if len(given) > 1 else given[0]

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder, self.latent_dim, self.num_classes = Nothing([6, 6, 10]), Nothing([784]), 6, 10

trained_joint_vae = Model()
