# misconception: noise-from-a-fixed-generator
def gumbel_max(logits):
    mine = torch.Generator()
    mine.manual_seed(42)
    u = torch.rand(*logits.shape, generator=mine)
    return torch.argmax(logits + gumbel_noise(u), dim=-1)
