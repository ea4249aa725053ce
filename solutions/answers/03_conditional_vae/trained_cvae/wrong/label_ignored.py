# misconception: label-missing-from-decoder
class Deaf(nn.Module):
    """Gives its network no label."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, first, c):
        return self.network(first, torch.zeros_like(c))


torch.manual_seed(0)
trained_cvae = CVAE(latent_dim=2)
trained_cvae.encoder, trained_cvae.decoder = Deaf(trained_cvae.encoder), Deaf(trained_cvae.decoder)
optimizer = torch.optim.Adam(trained_cvae.parameters(), lr=6e-3)
for epoch in range(8):
    train_conditional_epoch(trained_cvae, train_batches, optimizer)
