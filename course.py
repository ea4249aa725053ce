"""Sets up the course in .venv and runs it. Standard library only; works on Linux, macOS and Windows.

The first call makes .venv from requirements.lock; later calls start at once. A stamp is written into .venv
last, so that whatever interrupted a set-up, the next call finds no stamp and repairs it.
"""

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import time
from collections import deque
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036  this file is what someone with an older Python runs first
    sys.exit(
        f"The course needs Python 3.11 or newer, and {sys.executable} is {sys.version.split()[0]}. Install a "
        "newer one (python.org, conda or your system's packages) and run it by name, for example: "
        "python3.11 course.py lab"
    )

ROOT = Path(__file__).resolve().parent
WINDOWS = os.name == "nt"
BENCHMARKS = ("grading", "latency", "training", "documents")  # when none is named; the others take long or write files
TOGETHER = ("-n", "3")  # more than two cores, as some tests wait; tests/conftest.py says which runs where
TIERS = {"": ("-m", "not exhaustive"), "--quick": ("-m", "not slow"), "--all": ()}  # of tests
EXTRAS = {"site": ("", "site"), "test": ("", "site")}  # what a verb needs installed besides the course, in order
TAIL = 12  # lines of output that a failure shows

USAGE = """\
usage: python course.py VERB [arguments]

  lab [options]          open your copy of the first unfinished lesson in JupyterLab (options go to JupyterLab);
                         lab --update takes over newer lessons, with what you have written
  grade [DIR] [options]  grade a class; without DIR, write an example class and grade that
  test [arguments]       run the tests that a change needs; with --quick all but the slow ones, with --all everything
                         (other arguments go to pytest, which then runs what they say)
  build [arguments]      generate lessons/ from solutions/ (arguments go to grader build)
  site [--out DIR]       build the website of the course in site/ (installs Sphinx into .venv, too)
  bench [names]          measure speed and quality (see benchmarks/README.md)

The first call sets up the course in .venv, which takes a few minutes.
"""

# What goes wrong when setting up: signs in the output, what to say, what to do about it. First match counts.
TROUBLES = (
    (
        r"No space left on device|not enough space on the disk|\[Errno 28\]|\[WinError 112\]",
        "the disk is full",
        "Free some space (about 3 GB, or 8 GB where torch comes with CUDA) and run the same command again.",
    ),
    (
        r"ensurepip is not available|No module named '?(ensurepip|venv)\b",
        "this Python came without its venv module",
        "On Debian and Ubuntu: apt install python3-venv. Then run the same command again.",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLError",
        "the secure connection to the package index was refused",
        "Check the clock; behind a company's proxy, set PIP_CERT to its certificate file.",
    ),
    (
        r"NewConnectionError|name resolution|getaddrinfo failed|Max retries exceeded|timed out"
        r"|ConnectTimeout|ReadTimeout|ProxyError|Connection(Reset|Refused|Aborted)?Error"
        r"|Network is unreachable",
        "the package index could not be reached",
        "Check the network (pip's settings, such as PIP_INDEX_URL, apply) and run the same command again.",
    ),
    (
        r"No matching distribution found|requires a different Python|not a supported wheel",
        "a package has no build for this Python",
        "Use a 64-bit Python 3.11 to 3.14 on Linux, Windows or macOS 14 (Apple silicon), delete .venv, "
        "and run the same command with that Python.",
    ),
    (
        r"Permission ?(denied|Error)|\[Errno 13\]|\[WinError (5|32)\]|Read-only file system",
        "a file could not be written",
        "Close JupyterLab and editors that use .venv, check that this folder is yours, and run it again.",
    ),
)


class SetupFailed(Exception):
    """Its text is what the reader is told."""


def explain(doing, output, code=1):
    """Returns what failed in one sentence, the last lines of the output, and what to do."""
    cause, advice = "", "Read the lines above, and run the same command again."
    if code < 0:
        cause = f": it was stopped by signal {-code} (by hand, or because memory ran out)"
        advice = "Run the same command again."
    for pattern, trouble, remedy in TROUBLES:
        if re.search(pattern, output):
            cause, advice = f": {trouble}", remedy
            break
    tail = "".join(f"    {textwrap.shorten(line, 200)}\n" for line in output.splitlines()[-TAIL:])
    return f"Setup failed while {doing}{cause}.\n{tail}{advice}"


def run_quietly(command, lock):
    """Runs a command and returns its exit code and output; in a terminal one line shows how far it is.

    The child holds `lock` open too: where this process is killed and its pip lives on, the next one waits.
    """
    settings = {"PIP_USER": "0", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, **settings},
        **({} if WINDOWS else {"pass_fds": (lock,)}),
    )
    lines = deque(maxlen=400)
    with process:
        for line in process.stdout:
            lines.append(line)
            show_progress(line.strip())
    show_progress("")
    return process.returncode, "".join(lines)


def show_progress(line):
    """Shows a line of output in place of the one before, where somebody watches."""
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns - 5
        print(f"\r\x1b[K  {line[:width]}" if line else "\r\x1b[K", end="", file=sys.stderr, flush=True)


def try_lock(descriptor):
    """Takes the lock of an open file and returns whether it did. The system frees it when its holders end."""
    try:
        if WINDOWS:
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # Anything but "held by another" means that this file system has no locks: go on without.
        return error.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
    return True


@contextlib.contextmanager
def only_one(path):
    """Keeps a second set-up waiting; yields the descriptor that holds the lock."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        if not try_lock(descriptor):
            say("Another setup is running in this folder; waiting for it to finish.")
            while not try_lock(descriptor):
                time.sleep(0.2)
        yield descriptor
    finally:
        os.close(descriptor)


def say(text):
    """Speaks on standard error: standard output belongs to what the verb runs."""
    print(text, file=sys.stderr, flush=True)


class Environment:
    """The .venv of one checkout. `run(command, lock) -> (exit code, output)` makes and fills it.

    With the extra "site" it also has the packages of requirements-site.lock, and a stamp that says so.
    """

    def __init__(self, root, run=run_quietly, extra=""):
        self.root = Path(root)
        self.run = run
        self.extra = extra
        self.locks = ["requirements.lock", *([f"requirements-{extra}.lock"] if extra else [])]
        self.folder = self.root / ".venv"
        self.stamp = self.folder / f"course-stamp{'-' if extra else ''}{extra}.json"
        self.programs = self.folder / ("Scripts" if WINDOWS else "bin")
        self.python = self.programs / ("python.exe" if WINDOWS else "python")

    def ensure(self):
        """Makes or repairs .venv unless it is ready. Raises SetupFailed."""
        if self.ready():
            return
        try:
            with only_one(self.root / ".venv.lock") as lock:
                if not self.ready():  # else the set-up that was waited for has done it
                    self._make(lock)
        except OSError as error:
            raise SetupFailed(explain("writing .venv", f"{type(error).__name__}: {error}")) from error

    def ready(self):
        """Tells within a millisecond or two whether .venv is finished, current and complete."""
        stamp = self._read_stamp()
        if stamp.get("root") != str(self.root) or stamp.get("key") != self._key():
            return False
        return set(stamp.get("packages", [""])) <= set(self._packages())

    def _make(self, lock):
        what, how_long = (f"{self.extra} packages", "a minute") if self.extra else ("course", "a few minutes")
        say(f"Setting up the {what} in .venv: this happens once and takes {how_long}.")
        if self._usable(lock):
            self.stamp.unlink(missing_ok=True)
        else:
            if self.folder.exists():
                say("The .venv here is unfinished or broken: making a new one.")
                shutil.rmtree(self.folder)
            base = getattr(sys, "_base_executable", None) or sys.executable
            self._step("making .venv", [base, "-m", "venv", str(self.folder)], lock)
        pip = [str(self.python), "-m", "pip", "install"]
        pinned = [word for name in self.locks for word in ("-r", str(self.root / name))]
        self._step(f"installing the packages of {' and '.join(self.locks)}", [*pip, *pinned], lock)
        # setuptools is in the lock, so building needs no environment of its own, and no network.
        course = ["--no-deps", "--no-build-isolation", "-e", str(self.root)]
        self._step("installing the course itself", [*pip, *course], lock)
        self._write_stamp()
        say(f"The {what} {'are' if self.extra else 'is'} set up.")

    def _step(self, doing, command, lock):
        code, output = self.run(command, lock)
        if code:
            raise SetupFailed(explain(doing, output, code))

    def _usable(self, lock):
        """Tells whether pip can go on in this .venv: it runs, and no package was left half-installed."""
        moved = self._read_stamp().get("root", str(self.root)) != str(self.root)
        if moved or not self.python.exists():
            return False
        site = self._site_packages()
        names = os.listdir(site) if site else []
        # pip writes INSTALLER and RECORD after a package's files, and renames to ~ what it is removing.
        last_written = [site / name / last for name in self._packages() for last in ("INSTALLER", "RECORD")]
        if any(name.startswith("~") for name in names) or not all(path.exists() for path in last_written):
            return False
        if not any(name.startswith("pip-") for name in names):
            return False
        return self.run([str(self.python), "-m", "pip", "--version"], lock)[0] == 0

    def _key(self):
        """Hash of what the set-up depends on: the locks, the course's metadata, and the very interpreter."""
        digest = hashlib.sha256()
        for name in (*self.locks, "pyproject.toml"):
            digest.update((self.root / name).read_bytes())
        interpreter = self._interpreter()
        with contextlib.suppress(OSError):
            facts = os.stat(interpreter)
            digest.update(f"{interpreter} {facts.st_size} {facts.st_mtime_ns}".encode())
        return digest.hexdigest()

    def _interpreter(self):
        """The real file behind .venv's Python; on Windows that is a launcher, and this what it starts."""
        if not WINDOWS:
            return os.path.realpath(self.python)
        with contextlib.suppress(OSError):
            for line in (self.folder / "pyvenv.cfg").read_text(encoding="utf-8").splitlines():
                name, _, value = line.partition("=")
                if name.strip() == "executable":
                    return value.strip()
        return str(self.python)

    def _site_packages(self):
        pattern = "Lib/site-packages" if WINDOWS else "lib/python3*/site-packages"
        return next(self.folder.glob(pattern), None)

    def _packages(self):
        site = self._site_packages()
        return sorted(name for name in os.listdir(site) if name.endswith(".dist-info")) if site else []

    def _read_stamp(self):
        try:
            stamp = json.loads(self.stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return stamp if isinstance(stamp, dict) and self.python.exists() else {}

    def _write_stamp(self):
        stamp = {"root": str(self.root), "key": self._key(), "packages": self._packages()}
        draft = self.stamp.with_suffix(".draft")
        draft.write_text(json.dumps(stamp), encoding="utf-8")
        os.replace(draft, self.stamp)


def grade_commands(arguments, root=ROOT):
    """Commands of `grade`: DIR comes first; without it an example class is written and graded."""
    if arguments[:1] in (["-h"], ["--help"]):
        return [["-P", "-m", "grader", "grade", "--help"]]
    commands = []
    if arguments and not arguments[0].startswith("-"):
        given, options = Path(arguments[0]), arguments[1:]
        place = given.resolve()
        out = place.with_name((place.stem if place.is_file() else place.name) + "-graded")
    else:
        example, options = root / "example-class", arguments
        commands.append(["-P", "-m", "grader.authoring.example", str(example)])
        given, out = example / "submissions", example / "graded"
    if not any(option == "--out" or option.startswith("--out=") for option in options):
        options = ["--out", str(out), *options]
    return [*commands, ["-P", "-m", "grader", "grade", str(given), *options]]


def pytest_arguments(arguments):
    """What pytest is given: the arguments, or else a tier of the tests, in several processes."""
    tier, rest = (arguments[0], arguments[1:]) if arguments and arguments[0] in TIERS else ("", arguments)
    return rest if rest and not tier else [*TOGETHER, *TIERS[tier], *rest]


def bench_commands(names, root=ROOT):
    """Commands of `bench`: the named programs of benchmarks/, else the BENCHMARKS."""
    programs = {path.stem: path for path in sorted((root / "benchmarks").glob("[!_]*.py"))}
    unknown = [name for name in names if name not in programs]
    if unknown:
        sys.exit(f"No benchmark is called {', '.join(unknown)}; there are: {', '.join(programs)}.")
    return [[str(programs[name])] for name in names or BENCHMARKS]


def commands_of(verb, arguments, root=ROOT):
    """What .venv's Python is to run for a verb: lists of arguments, in order; None for an unknown verb."""
    if verb == "lab":
        return [["-P", "-m", "grader", "lab", *arguments]]
    if verb == "grade":
        return grade_commands(arguments, root)
    if verb == "test":
        return [["-m", "pytest", *pytest_arguments(arguments)]]
    if verb == "build":
        return [["-P", "-m", "grader", "build", *arguments]]
    if verb == "site":
        return [["-P", "-m", "grader", "site", *arguments]]
    if verb == "bench":
        return bench_commands(arguments, root)
    return None


def activate(environment):
    """Makes .venv the environment of whatever this process starts, as its activate script would."""
    os.environ.pop("PYTHONHOME", None)
    os.environ["VIRTUAL_ENV"] = str(environment.folder)
    os.environ["PATH"] = os.pathsep.join([str(environment.programs), os.environ.get("PATH", os.defpath)])


def wait_for(command):
    """Runs a command and returns its exit code; an interrupt from the keyboard reaches it too: it decides."""
    with subprocess.Popen(command) as child:
        while True:
            with contextlib.suppress(KeyboardInterrupt):
                return child.wait()


def hand_over(command):
    """Becomes the command where the system can, so that nothing is printed after it and signals reach it."""
    if WINDOWS:
        sys.exit(wait_for(command))
    os.execv(command[0], command)


def main(arguments):
    """Sets up when needed, then runs the verb. Returns an exit code unless it became the verb's command."""
    verb = arguments[0] if arguments else "--help"
    if verb in ("-h", "--help"):
        print(USAGE, end="")
        return 0
    commands = commands_of(verb, arguments[1:])
    if commands is None:
        say(f"There is no verb {verb!r}.\n\n{USAGE}")
        return 2
    try:
        for extra in EXTRAS.get(verb, ("",)):
            environment = Environment(ROOT, extra=extra)
            environment.ensure()
    except SetupFailed as failure:
        say(str(failure))
        return 1
    except KeyboardInterrupt:
        say("\nInterrupted. Run the same command to resume.")
        return 130
    activate(environment)
    if verb != "grade":  # whose DIR is meant from where the caller stands
        os.chdir(ROOT)
    *before, last = [[str(environment.python), *command] for command in commands]
    for command in before:
        code = wait_for(command)
        if code:
            return code
    hand_over(last)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
