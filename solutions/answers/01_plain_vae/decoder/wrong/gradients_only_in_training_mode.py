# wrong: gradients are switched off in eval mode, where the output has no graph, but the mode must change nothing and gradients must reach z and the parameters.
class Decoder(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784):
        super().__init__()
        self.first = nn.Linear(latent_dim, hidden_dim)
        self.second = nn.Linear(hidden_dim, output_dim)

    def forward(self, z):
        with torch.set_grad_enabled(self.training and torch.is_grad_enabled()):
            h = torch.nn.functional.gelu(self.first(z))
            x_hat = self.second(h).sigmoid()
        return x_hat
