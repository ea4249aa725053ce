class ConditionalEncoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.fc = nn.Linear(input_dim, hidden_dim)
        self.bias_of_class = nn.Embedding(num_classes, hidden_dim)
        self.fc_mu = nn.Linear(hidden_dim, latent_dim)
        self.fc_lv = nn.Linear(hidden_dim, latent_dim)

    def forward(self, x, c):
        pre = self.fc(x) + self.bias_of_class(c.argmax(dim=-1))
        h = torch.nn.functional.softplus(pre)
        return [self.fc_mu(h), self.fc_lv(h)]
