# tries: to be graded by the value of the last expression of a cell, as hand-written graders do
# stubs: all
# %% after="encoder"
100


# %% after="kl_divergence"
score = points = max_score = float("nan")
score
