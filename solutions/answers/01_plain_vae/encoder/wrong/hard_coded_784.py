# misconception: sizes-hard-coded
class Encoder(nn.Module):
    def __init__(self, input_dim=784, hidden_dim=400, latent_dim=20):
        super().__init__()
        self.hidden = nn.Linear(784, 400)
        self.mu = nn.Linear(400, 20)
        self.log_var = nn.Linear(400, 20)

    def forward(self, x):
        hidden = F.relu(self.hidden(x))
        return self.mu(hidden), self.log_var(hidden)
