# tries: to use the one socket it has for more: connect, bind, accept, passing descriptors, reading with peeks
# %% after="encoder"
for number in (42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 54, 55, 288, 299, 307):
    if syscall(number, 3, 0, 0, 0, 0, 0)[0] >= 0:
        breached(f"system call {number} on the channel")
