class ConditionalEncoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, num_classes=10):
        super().__init__()
        self.from_image = nn.Linear(input_dim, hidden_dim)
        self.from_label = nn.Linear(num_classes, hidden_dim, bias=False)
        self.heads = nn.ModuleDict({"mu": nn.Linear(hidden_dim, latent_dim), "log_var": nn.Linear(hidden_dim, latent_dim)})

    def forward(self, x, c):
        h = F.gelu(self.from_image(x) + self.from_label(c))
        return self.heads["mu"](h), self.heads["log_var"](h)
