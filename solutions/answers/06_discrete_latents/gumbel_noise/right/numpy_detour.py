def gumbel_noise(u):
    import numpy as np
    v = np.maximum(u.detach().numpy().astype("float64"), 1e-35)
    return torch.as_tensor(-np.log(-np.log(v)), dtype=torch.float32)
