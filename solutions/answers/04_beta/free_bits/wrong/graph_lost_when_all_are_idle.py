# wrong: latents below the floor come in as a bare Python number, so that the result has no graph, and backward fails, when every latent is below the floor.
def free_bits(mu, log_var, floor):
    result = torch.zeros(())
    averages = kl_per_latent(mu, log_var).mean(dim=0)
    for average in averages:
        if average < floor:
            result = result + floor
        else:
            result = result + average
    return result
