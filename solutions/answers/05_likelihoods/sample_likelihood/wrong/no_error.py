# misconception: refusal-incomplete
def sample_likelihood(x_hat, sigma):
    with torch.no_grad():
        return x_hat + sigma * torch.randn_like(x_hat)
