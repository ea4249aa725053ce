class ConditionalDecoder(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784, num_classes=10):
        super().__init__()
        self.code = nn.Linear(latent_dim, hidden_dim, bias=False)
        self.kind = nn.Embedding(num_classes, hidden_dim)
        self.out = nn.Linear(hidden_dim, output_dim)

    def forward(self, z, c):
        hidden = torch.relu(self.code(z) + self.kind(torch.argmax(c, dim=1)))
        logits = self.out(hidden)
        return 1 / (1 + torch.exp(-logits))
