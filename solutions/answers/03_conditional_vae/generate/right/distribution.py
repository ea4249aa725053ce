def generate(model, labels):
    prior = torch.distributions.Normal(torch.zeros(model.latent_dim), torch.ones(model.latent_dim))
    with torch.no_grad():
        return model.decoder(prior.sample(labels.shape), F.one_hot(labels, model.num_classes).to(torch.float32))
