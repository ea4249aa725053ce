class Encoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super(Encoder, self).__init__()
        self.fc1 = nn.Linear(input_dim, hidden_dim)
        self.fc21 = nn.Linear(hidden_dim, latent_dim)
        self.fc22 = nn.Linear(hidden_dim, latent_dim)
        nn.init.xavier_uniform_(self.fc1.weight)
        nn.init.zeros_(self.fc22.bias)

    def forward(self, x):
        x = x.view(x.size(0), -1)
        h1 = F.leaky_relu(self.fc1(2 * x - 1), 0.2)
        return self.fc21(h1), self.fc22(h1)
