def gumbel_softmax_sample(logits, tau, hard=False):
    if tau <= 0:
        raise ValueError("tau")
    class StraightThrough(torch.autograd.Function):
        @staticmethod
        def forward(ctx, soft):
            return (soft == soft.max(dim=1, keepdim=True).values).float()
    
        @staticmethod
        def backward(ctx, slope):
            return slope
    
    soft = F.softmax((logits + gumbel_noise(torch.rand_like(logits))) / tau, dim=1)
    return StraightThrough.apply(soft) if hard else soft
