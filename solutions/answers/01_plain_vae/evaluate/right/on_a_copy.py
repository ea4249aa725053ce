import numpy as np


@torch.no_grad()
def evaluate(model, batches):
    frozen = copy.deepcopy(model).eval()  # the caller's model is never touched

    def per_image(x):
        x_hat, mu, log_var = frozen(x)
        return (reconstruction_loss(x_hat, x) + kl_divergence(mu, log_var)).cpu().numpy()

    return float(np.concatenate([per_image(x) for x in batches]).astype(np.float64).mean())
