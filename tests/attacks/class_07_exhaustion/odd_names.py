# tries: links in circles, links to everywhere, names that no tool likes, in the scratch folder that is removed later
# %% after="encoder"
import os

os.symlink(".", "circle")
os.symlink("circle", "longer")
for number, place in enumerate(("@OUT@", "@HOME@", "/", "/proc", os.path.dirname("@NEIGHBOUR@"), "/dev/zero")):
    os.symlink(place, f"link-{number}")
for name in ("-rf", "*", "\n", "\udcff", "x" * 255, ".hidden", "~", "$HOME"):
    os.makedirs(name + "/below" if len(name) < 200 else name)
os.mkdir("closed", 0)
os.umask(0o777)
os.mkdir("closed too")
open("closed file", "w").close()
