# tries: to change the course's own data and helpers in memory, for this submission and for later ones
# %% after="decoder"
import vaelab.data
import vaelab.metrics

vaelab.data.load = lambda *args: breached("a later cell loads data from a poisoned module")
vaelab.data._digits = None
vaelab.metrics.judge = lambda *args: None
