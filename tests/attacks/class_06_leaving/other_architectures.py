# tries: system calls of other kinds on the same kernel: x32 numbers, and 32-bit calls by `int 0x80`
# %% after="encoder"
for number in (39, 41, 57, 520, 545):
    result, error = syscall(0x40000000 | number, 2, 1, 0)
    if result >= 0:
        breached(f"x32 call {number}")


# %% after="negative_elbo"
import ctypes
import mmap

# socket(AF_UNIX, SOCK_STREAM, 0) by its 32-bit number, in machine code
code = bytes.fromhex("53b867010000bb01000000b90100000031d2cd805bc3")
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(code)
address = ctypes.addressof(ctypes.c_char.from_buffer(page))
if ctypes.CFUNCTYPE(ctypes.c_int)(address)() >= 0:
    breached("int 0x80")
