# tries: to have the kernel send a signal to another process when a descriptor becomes ready, with numbers that only
# look other than F_SETOWN and F_SETSIG: the kernel reads 32 bits of them, a careless filter 64
# %% after="encoder"
import os

reader, writer = os.pipe()
for high in (0, 1 << 32, 5 << 32, 0xFFFFFFFF << 32):
    for command, value in ((8, @SENTINEL@), (8, -1), (10, 9), (15, 0), (16, 0), (1024, 0)):
        result, error = syscall(72, reader, high | command, value)
        if result >= 0:
            breached(f"fcntl {high | command:#x}")
