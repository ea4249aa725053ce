# misconception: formula-off-by-one
def optimal_sigma(x_hat, x, floor=1e-3):
    squares = (x_hat - x).flatten().square()
    freedom = max(len(squares) - 1, 1)
    return (squares.sum() / freedom).clamp(min=floor * floor).sqrt()
