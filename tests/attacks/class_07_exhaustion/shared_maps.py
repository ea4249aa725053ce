# tries: to fill the disk without writing: shared maps of files, and blocks reserved by fallocate
# %% after="encoder"
import mmap
import os

number = os.open("mapped", os.O_RDWR | os.O_CREAT)
os.ftruncate(number, 2**20)
denied("a shared map", mmap.mmap.__base__, number, 2**20)
denied("reserved blocks", os.posix_fallocate, number, 0, 2**20)
