"""What a worker can and cannot do, tried for real: each case runs as a cell of a submission in a confined worker."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.course.folders import ROOT
from grader.worker import sandbox
from grader.worker.client import Worker, WorkerGone
from grader.worker.limits import MIB, Limits
from grader.worker.warm_parent import WarmParent
from tests.waiting import wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are confined on Linux only")

SMALL = Limits(cpu_seconds=3, memory_bytes=512 * MIB, scratch_bytes=4 * MIB, file_bytes=2 * MIB, open_files=32)


@pytest.fixture
def worker(parent: WarmParent) -> Iterator[Worker]:
    with Worker(parent, SMALL) as one:
        yield one


def run(worker: Worker, source: str, seconds: float = 10.0) -> dict:
    """Runs a cell; its reply."""
    reply, _ = worker.ask({"do": "cell", "name": "attempt", "source": source}, [], seconds)
    return reply


def run_to_the_end(worker: Worker, source: str) -> None:
    """Runs a cell, and looks at what it has left, as grading does."""
    run(worker, source)
    worker.end_cell()


def raised(worker: Worker, source: str) -> str:
    """Runs a cell that must raise; the exception's name."""
    reply = run(worker, source)
    assert "raised" in reply, f"this was allowed: {source}"
    return reply["raised"]["type"]


def value(worker: Worker, name: str) -> object:
    """What a function without arguments of the submission gives."""
    tree, _ = worker.ask(
        {"do": "call", "target": name, "path": [], "arguments": {"tuple": [{"tuple": []}, {"dict": []}]}}, [], 5
    )
    return tree["value"]


def test_a_cell_runs_and_its_names_stay(worker: Worker) -> None:
    assert run(worker, "answer = lambda: 6 * 7") == {"value": None}
    assert value(worker, "answer") == 42


@pytest.mark.parametrize(
    "attempt",
    [
        "open({course!r} + '/README.md')",
        "import os; os.listdir({course!r} + '/solutions')",
        "import os; os.listdir({course!r} + '/grader/checks')",
        "open('/etc/passwd')",
        "open('/proc/self/environ')",
        "open('/proc/{pid}/environ')",
        "import os; os.listdir('/proc')",
        "import os; os.listdir('/tmp')",
        "import os; os.listdir({home!r})",
        "import os; os.symlink('/etc/passwd', 'link'); open('link')",
    ],
)
def test_reading_what_is_not_its_own_is_denied(worker: Worker, attempt: str) -> None:
    places = {"course": str(ROOT), "pid": os.getpid(), "home": os.path.expanduser("~")}
    assert raised(worker, attempt.format(**places)) in ("PermissionError", "FileNotFoundError")


@pytest.mark.parametrize(
    "where", ["{tmp}/x", "{site}/sitecustomize.py", "{site}/x.pth", "{course}/conftest.py", "/dev/shm/x"]
)
def test_writing_outside_the_scratch_folder_is_denied(worker: Worker, tmp_path: Path, where: str) -> None:
    import torch

    site = Path(torch.__file__).parents[1]
    target = Path(where.format(tmp=tmp_path, site=site, course=ROOT))
    assert raised(worker, f"open({str(target)!r}, 'w')") == "PermissionError"
    assert raised(worker, f"import os; os.mkdir({str(target)!r})") == "PermissionError"
    assert not target.exists()


@pytest.mark.parametrize(
    "attempt",
    [
        "import os, torch; os.remove(torch.__file__)",
        "import posix, torch; posix.chmod(torch.__file__, 0)",
        "import os, torch; os.chown(torch.__file__, 1, 1)",
        "import posix, torch; posix.utime(torch.__file__)",
        "import os, torch; os.truncate(torch.__file__, 0)",
        "import os, torch; os.rename(torch.__file__, 'mine.py')",
        "import os, torch; os.setxattr(torch.__file__, 'user.x', b'1')",
    ],
)
def test_installed_packages_cannot_be_changed(worker: Worker, attempt: str) -> None:
    import torch

    before = os.stat(torch.__file__)
    assert raised(worker, attempt) in ("PermissionError", "OSError")
    after = os.stat(torch.__file__)
    assert (before.st_mode, before.st_size, before.st_mtime, before.st_uid) == (
        after.st_mode,
        after.st_size,
        after.st_mtime,
        after.st_uid,
    )


def test_a_path_that_cannot_be_looked_at_is_left_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Such as an interpreter's folder of libraries below one that only root may enter."""

    def stat(path: str, **options: object) -> os.stat_result:
        if str(path).startswith(str(tmp_path)):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    real = os.stat
    with monkeypatch.context() as patched:
        patched.setattr(os, "stat", stat)
        readable = sandbox.Confinement([tmp_path / "lib", ROOT])._readable
    assert str(ROOT) in readable
    assert str(tmp_path / "lib") not in readable


def test_the_scratch_folder_is_its_own_and_vanishes(parent: WarmParent) -> None:
    with Worker(parent, SMALL) as worker:
        assert run(worker, "open('a.txt', 'w').write('x'); import tempfile; tempfile.TemporaryFile().close()") == {
            "value": None
        }
        assert run(worker, "import os; where = lambda: os.getcwd()") == {"value": None}
        scratch = Path(str(value(worker, "where")))
        assert (scratch / "a.txt").exists()
    assert not scratch.exists()


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"])
@pytest.mark.parametrize("kind", ["SOCK_STREAM", "SOCK_DGRAM"])
def test_there_is_no_network(worker: Worker, family: str, kind: str) -> None:
    assert raised(worker, f"import socket; socket.socket(socket.{family}, socket.{kind})") == "PermissionError"
    assert raised(worker, "import _socket; _socket.socketpair()") == "PermissionError"


def test_a_listening_server_is_not_reached(worker: Worker) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert raised(worker, f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)") == "PermissionError"


@pytest.mark.parametrize("number", [0, signal.SIGTERM, signal.SIGKILL])
def test_no_other_process_can_be_signalled(worker: Worker, number: int) -> None:
    victim = subprocess.Popen(["sleep", "3600"])
    try:
        for target in (victim.pid, os.getpid(), -1, 0):
            assert raised(worker, f"import os; os.kill({target}, {int(number)})") == "PermissionError"
        assert raised(worker, f"import os; os.kill(os.getppid(), {int(number)})") == "PermissionError"
        assert victim.poll() is None
    finally:
        victim.kill()
        victim.wait()


@pytest.mark.parametrize(
    "attempt",
    [
        "import os; os.fork()",
        "import os; os.forkpty()",
        "import os; os.posix_spawn('/bin/true', ['true'], {})",
        "import os; os.execv('/bin/true', ['true'])",
        "import subprocess; subprocess.run(['true'])",
        "import multiprocessing as m; p = m.Process(target=print); p.start()",
        "import os; os.setuid(1)",
        "import os; os.chroot('.')",
        "import os; os.mkfifo('f')",
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (9, 9))",
    ],
)
def test_no_process_is_started_or_changed(worker: Worker, attempt: str) -> None:
    assert raised(worker, attempt) in ("PermissionError", "OSError", "ValueError")


RAW_CALLS = {  # x86-64 numbers
    "ptrace": 101,
    "process_vm_readv": 310,
    "process_vm_writev": 311,
    "unshare": 272,
    "setns": 308,
    "mount": 165,
    "bpf": 321,
    "io_uring_setup": 425,
    "userfaultfd": 323,
    "pidfd_open": 434,
    "pidfd_getfd": 438,
    "memfd_create": 319,
    "keyctl": 250,
    "shmget": 29,
    "msgget": 68,
    "mq_open": 240,
    "clock_settime": 227,
    "sethostname": 170,
    "perf_event_open": 298,
    "vfork": 58,
    "execveat": 322,
    "personality": 135,
}


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the numbers of system calls are those of x86-64")
@pytest.mark.parametrize("name", RAW_CALLS)
def test_raw_system_calls_are_refused(worker: Worker, name: str) -> None:
    source = f"""
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
result, number = libc.syscall({RAW_CALLS[name]}, 0, 0, 0, 0, 0, 0), ctypes.get_errno()
outcome = lambda: [result, number]
"""
    assert run(worker, source) == {"value": None}
    assert value(worker, "outcome") == [-1, 1]  # EPERM


def test_no_capability_is_left(worker: Worker) -> None:
    """Also when the grader is root, whose workers would have all of them."""
    source = """
import ctypes
libc = ctypes.CDLL(None)
header, sets = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)(*[1] * 6)
result = libc.capget(header, sets)
outcome = lambda: [result, *sets]
"""
    assert run(worker, source) == {"value": None}
    assert value(worker, "outcome") == [0] * 7


def test_memory_can_be_advised_of_what_is_harmless_only(worker: Worker) -> None:
    source = """
import ctypes, mmap
libc = ctypes.CDLL(None, use_errno=True)
block = mmap.mmap(-1, 4096)
place = ctypes.addressof(ctypes.c_char.from_buffer(block))
results = [libc.madvise(ctypes.c_void_p(place), 4096, advice) for advice in (4, 12, 21, 100, 101)]
outcome = lambda: results
"""
    assert run(worker, source) == {"value": None}
    assert value(worker, "outcome") == [0, -1, -1, -1, -1]


@pytest.mark.slow
def test_processor_time_ends(parent: WarmParent) -> None:
    with Worker(parent, SMALL) as worker, pytest.raises(WorkerGone, match="more than 3 seconds of processor time"):
        run(worker, "while True: pass", seconds=30)


def test_a_call_that_never_returns_is_stopped_in_python_and_in_c(parent: WarmParent) -> None:
    for source in ("while True: pass", "import time; time.sleep(1e6)", "(10**7)**(10**7)"):
        with Worker(parent, SMALL) as worker, pytest.raises(WorkerGone, match=r"did not finish within 0.5 seconds"):
            run(worker, source, seconds=0.5)


def test_memory_ends(worker: Worker) -> None:
    assert raised(worker, "x = bytearray(2**30)") == "MemoryError"
    assert raised(worker, "import torch; x = torch.empty(2**30)") == "RuntimeError"
    assert raised(worker, "x = []\nwhile True: x.append(bytearray(10**6))") == "MemoryError"


def test_files_and_descriptors_end(worker: Worker) -> None:
    assert (
        raised(
            worker,
            "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); open('f', 'wb').write(bytes(3 * 2**20))",
        )
        == "OSError"
    )
    assert raised(worker, "kept = []\nwhile True: kept.append(open('/dev/null'))") == "OSError"


def test_the_scratch_folder_is_limited(parent: WarmParent) -> None:
    source = "import itertools\nfor i in itertools.count(): open(f'f{i}', 'wb').write(bytes(2**20))"
    with Worker(parent, SMALL) as worker, pytest.raises(WorkerGone, match="more than 4 MiB of files"):
        run(worker, source, seconds=30)


_THREADS = """
import threading, time
for _ in range({count}): threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
"""


@pytest.mark.parametrize("stack", [0, 32768])
def test_threads_are_limited(parent: WarmParent, stack: int) -> None:
    """Whether memory ends them, or the machine, or somebody looks: the cell that started them pays."""
    source = f"import threading\nthreading.stack_size({stack})\n" + _THREADS.format(count=100_000)
    with Worker(parent, SMALL) as worker:
        with pytest.raises(WorkerGone, match=r"(started|left) more than \d+ threads"):
            run_to_the_end(worker, source)
        assert not worker.alive


def test_some_threads_may_stay(worker: Worker) -> None:
    run(worker, _THREADS.format(count=25))
    worker.end_cell()
    assert run(worker, "import torch\nx = torch.ones(3, requires_grad=True)\nx.sum().backward()") == {"value": None}
    run(worker, _THREADS.format(count=10))
    with pytest.raises(WorkerGone, match="left more than 32 threads running"):
        worker.end_cell()


def test_a_flood_of_output_goes_nowhere(worker: Worker) -> None:
    assert run(worker, "for _ in range(2000): print('x' * 10000)") == {"value": None}


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import os; os._exit(0)", "ended the Python process"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "signal SIGKILL"),
        ("import ctypes; ctypes.string_at(0)", "signal SIGSEGV"),
        ("import os; os.close(3)", "ended the Python process"),
        (
            "import os\nfor i in range(3, 9):\n  try: os.close(i)\n  except OSError: pass\nwhile True: pass",
            "ended the Python process",
        ),
    ],
)
def test_ending_early_is_noticed(parent: WarmParent, source: str, why: str) -> None:
    with Worker(parent, SMALL) as worker, pytest.raises(WorkerGone, match=why):
        run(worker, source)


@pytest.mark.parametrize(
    "bytes_", [r"b'\x00' * 64", r"b'\xff\xff\xff\xff' * 99", r"b'hello'", r"b'\x10\x00\x00\x00' + b'[' * 16"]
)
def test_writing_to_every_descriptor_ends_the_worker(parent: WarmParent, bytes_: str) -> None:
    source = f"import os\nfor i in range(3, 64):\n  try: os.write(i, {bytes_})\n  except OSError: pass"
    with Worker(parent, SMALL) as worker, pytest.raises(WorkerGone, match="broke the rules"):
        run(worker, source)


def test_an_answer_to_a_question_not_asked_ends_the_worker(parent: WarmParent) -> None:
    forged = (
        "import os, json, struct\n"
        "t = json.dumps({'to': 1, 'reply': {'value': None}}).encode()\n"
        "os.write(3, struct.pack('<II', 4 + len(t), len(t)) + t)"
    )
    with Worker(parent, SMALL) as worker, pytest.raises(WorkerGone, match="without being asked"):
        run(worker, forged)


@pytest.mark.slow
def test_the_environment_holds_nothing_of_the_instructors(parent: WarmParent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "hush")
    fresh = WarmParent()
    try:
        with Worker(fresh, SMALL) as worker:
            run(worker, "import os, sys; seen = lambda: [dict(os.environ), sys.argv, sorted(sys.modules)]")
            environment, argv, modules = value(worker, "seen")  # type: ignore[misc]
    finally:
        fresh.close()
    assert "hush" not in str(environment)
    assert str(ROOT) not in str(environment) + str(argv)
    assert not [
        name for name in modules if name.startswith(("grader.checks", "grader.course.catalogue", "pytest", "solutions"))
    ]


@pytest.mark.slow
def test_workers_do_not_outlive_the_warm_parent() -> None:
    warm = WarmParent()
    worker = Worker(warm, SMALL)
    run(worker, "pass")
    pid = worker._pid
    warm.close()
    wait_until(lambda: not Path(f"/proc/{pid}").exists())
    worker._channel.close()
    worker._scratch.remove()
