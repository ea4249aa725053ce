# tries: threads in namespaces of their own, and a clone that is a thread in name only
# %% after="encoder"
for extra in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000, 0x1000000, 0x2000):
    for thread in (0x10000, 0):
        result, error = syscall(56, extra | thread, 0, 0, 0, 0)
        if result >= 0 or (extra & 0x7E020000 and error != 1):
            breached(f"clone {extra | thread:#x} gave {result}, error {error}")
