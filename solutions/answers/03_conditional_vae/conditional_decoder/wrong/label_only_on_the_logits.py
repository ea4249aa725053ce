# misconception: label-after-hidden-layer
# the hidden layer never sees the label, which is only added to the logits, so every style is the same picture shifted by a fixed class template and the label cannot interact with the code.
class ConditionalDecoder(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400, output_dim=784, num_classes=10):
        super().__init__()
        self.style = nn.Linear(latent_dim, hidden_dim)
        self.ink = nn.Linear(hidden_dim, output_dim)
        self.template = nn.Linear(num_classes, output_dim, bias=False)

    def forward(self, z, c):
        style = torch.tanh(self.style(z))
        return (self.ink(style) + self.template(c)).sigmoid()
