class Encoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20, activation=F.elu):
        super().__init__()
        self.activation = activation
        self.layers = nn.ModuleDict({"inp": nn.Linear(input_dim, hidden_dim)})
        self.heads = nn.ModuleList([nn.Linear(hidden_dim, latent_dim) for _ in range(2)])

    def forward(self, x):
        h = self.activation(self.layers["inp"](x))
        return [head(h) for head in self.heads]
