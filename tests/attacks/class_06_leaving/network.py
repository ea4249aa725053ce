# tries: to reach a listening server: TCP, UDP, Unix sockets with and without a name, netlink, raw, vsock
# %% after="encoder"
import _socket
import socket

for family in (1, 2, 10, 16, 17, 38, 40):
    for kind in (1, 2, 3, 5):
        denied(f"socket {family} {kind}", socket.socket, family, kind)
denied("connected", socket.create_connection, ("127.0.0.1", @PORT@), 1)
denied("socketpair", _socket.socketpair)
for number in (41, 42, 43, 44, 45, 46, 47, 49, 50, 53, 288, 299, 307):
    if syscall(number, 1, 1, 0, 0, 0, 0)[0] >= 0:
        breached(f"system call {number}")
