# misconception: layers-not-registered
class Encoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.hidden = nn.Linear(input_dim, hidden_dim)
        self.heads = [nn.Linear(hidden_dim, latent_dim), nn.Linear(hidden_dim, latent_dim)]

    def forward(self, x):
        hidden = F.relu(self.hidden(x))
        return self.heads[0](hidden), self.heads[1](hidden)
