# misconception: gumbel-epsilon-too-large
def gumbel_noise(u):
    tiny = 1e-6
    exponential = -(u + tiny).log() + tiny
    return -exponential.log()
