# lesson: 03_conditional_vae
# tries: to end the process from a cell between two answers and from within an answer
# loses: style_grid
# %% after="conditional_encoder"
import os

os._exit(0)


# %% exercise="style_grid"
def style_grid(model, label, side, extent):
    __import__("os")._exit(0)
