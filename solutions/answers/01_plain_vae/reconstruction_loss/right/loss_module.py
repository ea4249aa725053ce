def reconstruction_loss(x_hat: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    criterion = nn.BCELoss(reduction="none")
    return torch.einsum("bd->b", criterion(x_hat, x))
