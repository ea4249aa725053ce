def gumbel_noise(u):
    return torch.nan_to_num(-torch.log(-torch.log(u)), neginf=-5.0)
