# misconception: sizes-in-another-order
class ConditionalDecoder(nn.Module):
    def __init__(self, num_classes=10, latent_dim=20, hidden_dim=400, output_dim=784):
        super().__init__()
        self.hidden = nn.Linear(num_classes + latent_dim, hidden_dim)
        self.logits = nn.Linear(hidden_dim, output_dim)

    def forward(self, z, c):
        return self.logits(self.hidden(torch.cat([c, z], 1)).relu())
