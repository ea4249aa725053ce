# slow
# tries: to fill the disk with files that have no name any more
# %% after="encoder"
import mmap
import os

block, kept = bytes(2**20), []
for number in range(200):
    with open("nameless", "wb+") as file:
        os.unlink("nameless")
        for _ in range(60):
            file.write(block)
        file.flush()
        kept.append(mmap.mmap(file.fileno(), 4096, flags=mmap.MAP_PRIVATE))
    if number == 120:
        breached("seven gigabytes of files without a name")
