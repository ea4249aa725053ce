"""course.py makes, repairs and reuses .venv, and starts what its verbs say."""

import ast
import importlib.util
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[1]
SOURCE = (ROOT / "course.py").read_text(encoding="utf-8")


def import_course():
    spec = importlib.util.spec_from_file_location("course", ROOT / "course.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


course = import_course()
posix_only = pytest.mark.skipif(course.WINDOWS, reason="uses POSIX signals or scripts")


# course.py as a file.


def test_course_needs_the_standard_library_only():
    imported = set()
    for node in ast.walk(ast.parse(SOURCE)):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module.partition(".")[0])
    assert imported <= sys.stdlib_module_names


def test_an_older_python_is_told_so_in_a_sentence():
    ast.parse(SOURCE, feature_version=(3, 6))
    pretend = "import runpy, sys; sys.version_info = (3, 9, 1); runpy.run_path('course.py')"
    run = subprocess.run([sys.executable, "-c", pretend], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 1
    assert run.stderr.startswith("The course needs Python 3.11 or newer")
    assert "Traceback" not in run.stderr


# Making, repairing and reusing .venv.


class FakePip:
    """Stands for venv and pip: leaves the files that they leave, and can be told to fail at a step."""

    def __init__(self, root: Path, extra: str = ""):
        self.environment = course.Environment(root, run=self, extra=extra)
        site = "Lib/site-packages" if course.WINDOWS else "lib/python3.11/site-packages"
        self.site = self.environment.folder / site
        self.steps: list[str] = []
        self.failing: str | None = None
        self.failure: tuple[int, str] | type[BaseException] = (1, "")

    def __call__(self, command, lock):
        step = self.name_of(command)
        if step != "probe":
            self.steps.append(step)
        if step == self.failing:
            if isinstance(self.failure, type):
                raise self.failure
            return self.failure
        if step == "venv":
            self.environment.programs.mkdir(parents=True)
            self.environment.python.touch()
        if step != "probe":
            self.install({"venv": "pip-25.0", "lock": "torch-2.13.0", "course": "vaelab_course-0.1.0"}[step])
        return 0, ""

    def name_of(self, command):
        words = {"venv": "venv", "--version": "probe", "-r": "lock", "-e": "course"}
        (step,) = {words[word] for word in command if word in words}
        return step

    def install(self, name, files=("METADATA", "INSTALLER", "RECORD")):
        folder = self.site / f"{name}.dist-info"
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            (folder / file).touch()

    def ensure(self):
        """Sets up once more and returns the steps which that took."""
        self.steps.clear()
        self.environment.ensure()
        assert self.environment.ready()
        return self.steps.copy()


@pytest.fixture
def fake(tmp_path):
    """A checkout without .venv, whose venv and pip are fake."""
    root = tmp_path / "checkout"
    root.mkdir()
    (root / "requirements.lock").write_text("torch==2.13.0\n")
    (root / "requirements-site.lock").write_text("sphinx==9.0\n")
    (root / "pyproject.toml").write_text("[project]\n")
    return FakePip(root)


ALL_STEPS = ["venv", "lock", "course"]


def test_the_first_call_sets_up_and_the_second_starts_at_once(fake):
    assert not fake.environment.ready()
    assert fake.ensure() == ALL_STEPS
    assert fake.ensure() == []


def test_the_stamp_is_written_last(fake):
    for step in ALL_STEPS:
        fake.failing = step
        with pytest.raises(course.SetupFailed):
            fake.environment.ensure()
        assert not fake.environment.stamp.exists()


@pytest.mark.parametrize("step", ALL_STEPS)
@pytest.mark.parametrize("failure", [(1, "no reason"), KeyboardInterrupt], ids=["failed", "interrupted"])
def test_the_next_call_finishes_what_was_left(fake, step, failure):
    fake.failing, fake.failure = step, failure
    with pytest.raises((course.SetupFailed, KeyboardInterrupt)):
        fake.environment.ensure()
    fake.failing = None
    assert fake.ensure() == (ALL_STEPS if step == "venv" else ["lock", "course"])


@pytest.mark.parametrize("damage", ["killed while installing", "killed while removing", "no pip", "no python"])
def test_a_broken_environment_is_made_anew(fake, damage):
    fake.failing = "lock"
    with pytest.raises(course.SetupFailed):
        fake.environment.ensure()
    fake.failing = None
    if damage == "killed while installing":
        fake.install("torch-2.13.0", files=["METADATA"])
    elif damage == "killed while removing":
        (fake.site / "~orch").mkdir()
    elif damage == "no pip":
        fake.failing = "probe"
    else:
        fake.environment.python.unlink()
    (fake.site / "left over").touch()
    assert fake.ensure() == ALL_STEPS
    assert not (fake.site / "left over").exists()


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_new_versions_are_installed_into_the_same_environment(fake, name):
    fake.ensure()
    with (fake.environment.root / name).open("a") as file:
        file.write("# changed\n")
    assert fake.ensure() == ["lock", "course"]


def test_another_interpreter_is_noticed(fake):
    fake.ensure()
    fake.environment.python.write_text("upgraded by the system")
    assert fake.ensure() == ["lock", "course"]


def test_a_package_that_went_missing_is_installed_again(fake):
    fake.ensure()
    (fake.site / "torch-2.13.0.dist-info").rename(fake.site / "torch-2.0.0.dist-info")
    assert fake.ensure() == ["lock", "course"]


def test_a_moved_checkout_gets_an_environment_of_its_own(fake):
    fake.ensure()
    moved = fake.environment.root.rename(fake.environment.root.with_name("moved"))
    assert FakePip(moved).ensure() == ALL_STEPS


def test_the_sites_packages_are_added_to_the_same_environment(fake):
    fake.ensure()
    site = FakePip(fake.environment.root, extra="site")
    assert not site.environment.ready()
    assert site.ensure() == ["lock", "course"]
    assert site.ensure() == fake.ensure() == []


@pytest.mark.parametrize("failure", [(1, "no reason"), KeyboardInterrupt], ids=["failed", "interrupted"])
def test_the_course_stays_ready_while_the_sites_packages_are_not(fake, failure):
    fake.ensure()
    site = FakePip(fake.environment.root, extra="site")
    site.failing, site.failure = "lock", failure
    with pytest.raises((course.SetupFailed, KeyboardInterrupt)):
        site.environment.ensure()
    assert fake.ensure() == []
    site.failing = None
    assert site.ensure() == ["lock", "course"]


def test_only_a_verb_that_needs_the_sites_packages_waits_for_them(fake):
    fake.ensure()
    lock = fake.environment.root / "requirements-site.lock"
    FakePip(fake.environment.root, extra="site").ensure()
    lock.write_text("sphinx==9.1\n")
    assert fake.ensure() == []
    assert FakePip(fake.environment.root, extra="site").ensure() == ["lock", "course"]


def test_an_unreadable_stamp_counts_as_none(fake):
    fake.ensure()
    for text in ("", "[]", '{"root": 1}', json.dumps({"packages": []})):
        fake.environment.stamp.write_text(text)
        assert not fake.environment.ready()
        fake.ensure()


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("ERROR: [Errno 28] No space left on device", "the disk is full"),
        ("Retrying ... NewConnectionError(...)\nNo matching distribution found for torch", "could not be reached"),
        ("ERROR: No matching distribution found for torch==2.13.0", "no build for this Python"),
        ("The virtual environment was not created ... ensurepip is not available.", "apt install python3-venv"),
        ("SSLError(SSLCertVerificationError: CERTIFICATE_VERIFY_FAILED", "secure connection"),
        ("PermissionError: [Errno 13] Permission denied: '.venv/bin'", "could not be written"),
        ("ERROR: something new", "run the same command again"),
    ],
)
def test_a_failure_says_what_failed_and_what_to_do(fake, output, said):
    fake.failing, fake.failure = "lock", (1, "first line\n" + "more " * 5000 + "\n" * 9 + output)
    with pytest.raises(course.SetupFailed) as failed:
        fake.environment.ensure()
    text = str(failed.value)
    assert text.startswith("Setup failed while installing the packages of requirements.lock")
    assert said in text
    assert output.splitlines()[-1] in text
    assert len(text) < 1000, "only the last lines are shown, and long ones are cut"


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(fake):
    fake.environment.folder.write_text("a file where the folder should be")
    with pytest.raises(course.SetupFailed, match=r"^Setup failed while writing \.venv"):
        fake.environment.ensure()


def test_output_and_exit_code_of_a_step(tmp_path):
    script = "import sys; print('out'); print('err', file=sys.stderr, flush=True); sys.exit(3)"
    with course.only_one(tmp_path / "lock") as lock:
        code, output = course.run_quietly([sys.executable, "-c", script], lock)
    assert code == 3
    assert sorted(output.split()) == ["err", "out"]


# Two set-ups at a time.


def test_two_first_calls_set_up_once(fake):
    fake_call = fake.__call__

    def slow(command, lock):
        time.sleep(0.05)
        return fake_call(command, lock)

    fake.environment.run = slow
    callers = [threading.Thread(target=fake.environment.ensure) for _ in range(2)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert fake.environment.ready()
    assert fake.steps == ALL_STEPS


def test_a_lock_file_left_behind_stops_nobody(fake):
    (fake.environment.root / ".venv.lock").write_text("of a process that is long gone")
    assert fake.ensure() == ALL_STEPS


@posix_only
def test_the_lock_outlives_a_killed_caller_as_long_as_its_pip(tmp_path):
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import course\n"
        "with course.only_one('lock') as lock:\n"
        "    course.run_quietly(['sh', '-c', 'echo $$ > pid.new; mv pid.new pid; exec sleep 600'], lock)\n"
    )
    caller = subprocess.Popen([sys.executable, "-c", script, str(ROOT)], cwd=tmp_path)
    pid_file = tmp_path / "pid"
    wait_until(pid_file.exists)
    caller.kill()
    caller.wait()
    descriptor = os.open(tmp_path / "lock", os.O_RDWR)
    try:
        assert not course.try_lock(descriptor)
        os.kill(int(pid_file.read_text()), signal.SIGKILL)
        wait_until(lambda: course.try_lock(descriptor))
    finally:
        os.close(descriptor)


# Verbs.


def test_grade_without_a_folder_writes_and_grades_an_example_class(tmp_path):
    example = tmp_path / "example-class"
    assert course.commands_of("grade", ["--jobs", "1"], tmp_path) == [
        ["-P", "-m", "grader.authoring.example", str(example)],
        ["-P", "-m", "grader", "grade", str(example / "submissions"), "--out", str(example / "graded"), "--jobs", "1"],
    ]


def test_grade_writes_beside_the_folder_unless_told_where(tmp_path):
    handed_in = tmp_path / "week.1"
    handed_in.mkdir()
    archive = tmp_path / "class.zip"
    archive.touch()

    def out_of(*arguments):
        (command,) = course.commands_of("grade", list(map(str, arguments)), tmp_path)
        assert command[:5] == ["-P", "-m", "grader", "grade", str(arguments[0])]
        return command[5:]

    assert out_of(handed_in) == ["--out", str(tmp_path / "week.1-graded")]
    assert out_of(archive) == ["--out", str(tmp_path / "class-graded")]
    assert out_of(handed_in, "--out", "x") == ["--out", "x"]
    assert out_of(handed_in, "--out=x", "--jobs", "2") == ["--out=x", "--jobs", "2"]


def test_test_runs_a_tier_or_what_its_arguments_say():
    parallel = ["-m", "pytest", "-n", "3"]
    assert course.commands_of("test", []) == [[*parallel, "-m", "not exhaustive"]]
    assert course.commands_of("test", ["-k", "setup"]) == [["-m", "pytest", "-k", "setup"]]
    assert course.commands_of("test", ["--quick", "-k", "setup"]) == [[*parallel, "-m", "not slow", "-k", "setup"]]
    assert course.commands_of("test", ["--all"]) == [parallel]
    assert course.commands_of("test", ["--all", "-x"]) == [[*parallel, "-x"]]


def test_ci_runs_the_whole_examination():
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").endswith("\nexec python course.py test --all\n")


def test_site_passes_its_arguments_on():
    assert course.commands_of("site", ["--out", "x"]) == [["-P", "-m", "grader", "site", "--out", "x"]]
    assert course.EXTRAS["site"][-1] == "site"


def test_bench_runs_the_programs_that_are_named(tmp_path):
    (tmp_path / "benchmarks").mkdir()
    names = ["calibrate", "documents", "grading", "latency", "training"]
    paths = {name: str(tmp_path / "benchmarks" / f"{name}.py") for name in [*names, "_shared"]}
    for path in paths.values():
        Path(path).touch()
    measured = [[paths[name]] for name in ("grading", "latency", "training", "documents")]
    assert course.commands_of("bench", [], tmp_path) == measured
    assert course.commands_of("bench", ["calibrate"], tmp_path) == [[paths["calibrate"]]]
    with pytest.raises(SystemExit, match="No benchmark is called speed; there are: calibrate, documents"):
        course.commands_of("bench", ["speed"], tmp_path)


def test_help_and_an_unknown_verb_set_nothing_up(tmp_path):
    (tmp_path / "course.py").write_text(SOURCE, encoding="utf-8")
    for arguments, code in ([], 0), (["--help"], 0), (["brew"], 2):
        run = subprocess.run([sys.executable, "course.py", *arguments], cwd=tmp_path, capture_output=True, text=True)
        assert run.returncode == code
        assert "usage: python course.py VERB" in run.stdout + run.stderr
    assert not (tmp_path / ".venv").exists()


@posix_only
def test_a_verb_hands_its_output_and_exit_code_through(fake):
    fake.ensure()
    python = fake.environment.python
    python.write_text('#!/bin/sh\necho "$VIRTUAL_ENV" "$@"\nexit 5\n')
    python.chmod(0o755)
    fake.ensure()
    (fake.environment.root / "course.py").write_text(SOURCE, encoding="utf-8")
    command = [sys.executable, str(fake.environment.root / "course.py"), "build", "-x"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 5
    assert run.stdout == f"{fake.environment.folder} -P -m grader build -x\n"
    assert run.stderr == ""
