# misconception: grid-ends-missing
def style_grid(model, label, side, extent):
    line = torch.distributions.Normal(0.0, 1.0).icdf(torch.linspace(0.05, 0.95, side))
    z = torch.stack([line.repeat(side), line.flip(0).repeat_interleave(side)], dim=1)
    with torch.no_grad():
        return model.decoder(z, one_hot(torch.full((side * side,), label), model.num_classes))
