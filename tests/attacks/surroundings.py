"""What stands around a class and must not be touched: files, servers, a process, secrets."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

SECRET = "grader-secret-5f2b"
COURSE = Path(__file__).parents[2]


@dataclass
class Surroundings:
    """Canaries, and what they have noticed."""

    root: Path
    sentinel: subprocess.Popen[bytes]
    servers: list[socket.socket]
    places: dict[str, str] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """What the grader runs with: secrets, and a place of its own for scratch folders."""
        return os.environ | {"GRADER_TOKEN": SECRET, "HOME": self.places["HOME"], "TMPDIR": str(self.scratch)}

    @property
    def scratch(self) -> Path:
        return self.root / "tmp"

    def changes(self) -> list[str]:
        """Which canary files are not as they were."""
        now = _digests(self.root / "canaries")
        return sorted(name for name in now.keys() | self.before.keys() if now.get(name) != self.before.get(name))

    def visits(self) -> list[str]:
        """Which servers somebody has talked to."""
        return [str(server.getsockname()) for server in self.servers if _was_visited(server)]


@contextmanager
def surroundings(root: Path, seed: int) -> Iterator[Surroundings]:
    """Plants the canaries below `root`."""
    home, outside, gradebook, neighbour = (
        root / "canaries" / name for name in ("home", "outside", "gradebook.csv", "others/neighbour.ipynb")
    )
    for folder in (home / ".ssh", outside, neighbour.parent, root / "tmp"):
        folder.mkdir(parents=True)
    for file in (home / "secret.txt", home / ".ssh" / "id_ed25519", gradebook, neighbour):
        file.write_text(SECRET)
    with ExitStack() as stack:
        sentinel = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
            )
        )
        stack.callback(sentinel.kill)
        servers = [stack.enter_context(server) for server in _servers(root / "canaries" / "server")]
        planted = Surroundings(root, sentinel, servers)
        planted.places = {
            "HOME": str(home),
            "OUTSIDE": str(outside),
            "GRADEBOOK": str(gradebook),
            "NEIGHBOUR": str(neighbour),
            "COURSE": str(COURSE),
            "PORT": str(servers[0].getsockname()[1]),
            "SENTINEL": str(sentinel.pid),
            "GRADER": str(os.getpid()),
            "SEED": str(seed),
        }
        planted.before = _digests(root / "canaries")
        yield planted


def _servers(path: Path) -> list[socket.socket]:
    tcp = socket.create_server(("127.0.0.1", 0))
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(tcp.getsockname())
    named, abstract = (socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) for _ in range(2))
    named.bind(str(path))
    abstract.bind(f"\0grader-canary-{os.getpid()}")
    for server in (named, abstract):
        server.listen()
    return [tcp, udp, named, abstract]


def _was_visited(server: socket.socket) -> bool:
    server.setblocking(False)
    try:
        server.accept() if server.type == socket.SOCK_STREAM else server.recv(1)
    except BlockingIOError:
        return False
    return True


def _digests(root: Path) -> dict[str, str]:
    """For each name below `root` its content, kind, mode and time of change."""
    found = {}
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        changed = status.st_mtime_ns if path.is_file() else 0
        found[str(path.relative_to(root))] = f"{content} {status.st_mode} {status.st_nlink} {changed}"
    return found
