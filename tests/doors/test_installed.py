"""The package as others install it: a wheel without the repository, and no packages but those that it asks for."""

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from grader.course.catalogue import lesson_ids
from grader.course.cells import NO_SOURCES
from grader.course.folders import COURSE, ROOT
from grader.doors.extras import EXTRAS
from tests.choice import parameters

pytestmark = pytest.mark.slow

PROGRAM = """
import grader, torch
from grader import check, hint, progress, solution

def kl_divergence(mu, log_var):
    return 0.5 * (mu.pow(2) + log_var.exp() - 1 - log_var).sum(1)

def reconstruction_loss(x_hat, x):
    return torch.nn.functional.binary_cross_entropy(x_hat, x)

print(grader.__file__)
for name in ("kl_divergence", "reconstruction_loss", "negative_elbo"):
    check(name)
hint("negative_elbo")
solution("negative_elbo")
progress()
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """A folder with what the wheel holds."""
    root = tmp_path_factory.mktemp("wheel")
    for name in ("grader", "vaelab"):
        shutil.copytree(ROOT / name, root / "source" / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "LICENSE", "README.md"):
        shutil.copy(ROOT / name, root / "source" / name)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", str(root), str(root / "source")], check=True, capture_output=True)
    (wheel,) = root.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(root / "installed")
    return root / "installed"


def needed(package: Distribution) -> dict[str, Distribution]:
    """What a package needs without extras, directly and through others, by name."""
    found: dict[str, Distribution] = {}
    pending = [package]
    while pending:
        needs = map(Requirement, pending.pop().requires or [])
        for name in [need.name for need in needs if need.marker is None or need.marker.evaluate({"extra": ""})]:
            if name not in found:
                found[name] = distribution(name)
                pending.append(found[name])
    return found


@pytest.fixture(scope="module")
def core(installed) -> Path:
    """The Python of an environment that has what the wheel needs and nothing else: links to what is installed here."""
    root = installed.parent / "core"
    venv.create(root, with_pip=False, symlinks=True)
    (site,) = root.glob("lib/python*/site-packages")
    (metadata,) = installed.glob("*.dist-info")
    for package in needed(Distribution.at(metadata)).values():
        for name in {file.parts[0] for file in package.files or []} - {"..", "__pycache__"}:
            if not (site / name).exists():
                (site / name).symlink_to(Path(str(package.locate_file(name))))
    return root / "bin" / "python"


@pytest.fixture
def run(core, installed, tmp_path):
    """Runs that Python with the wheel's package, or that of another folder."""

    def run(*arguments: str, package: Path = installed) -> subprocess.CompletedProcess[str]:
        surroundings = os.environ | {"PYTHONPATH": str(package), "VAELAB_PROGRESS": str(tmp_path / "progress.json")}
        command = [str(core), *arguments]
        return subprocess.run(command, cwd=tmp_path, env=surroundings, capture_output=True, text=True)

    return run


@pytest.fixture(scope="module")
def checkout(installed) -> Path:
    """A repository in which the wheel's metadata say what is needed."""
    root = installed.parent / "checkout"
    root.mkdir()
    parts = [ROOT / name for name in ("grader", "vaelab", "solutions", "lessons")]
    for place in [*parts, *installed.glob("*.dist-info")]:
        (root / place.name).symlink_to(place)
    return root


def test_a_notebook_is_checked_and_helped(run, installed):
    ran = run("-c", PROGRAM)
    assert ran.returncode == 0, ran.stderr
    said = ran.stdout
    assert said.startswith(str(installed))
    assert "✓ The KL divergence: passed, 11 of 11 points" in said
    assert "✗ The reconstruction loss: failed" in said
    assert "`negative_elbo` is not defined" in said
    assert "The negative ELBO (hint 1 of 3)" in said
    assert f"`solution` {NO_SOURCES}" in said
    assert "1 of 11 exercises passed" in said


def test_the_command_line_helps_too(run):
    assert "hint 2 of 3" in run("-m", "grader", "hint", "kl_divergence", "2").stdout
    assert "Not begun: The plain VAE" in run("-m", "grader", "progress").stdout


ALONE = """
import json, sys

for cell in json.load(open(sys.argv[1]))["cells"]:
    if cell["cell_type"] == "code" and "demo" not in cell["metadata"].get("tags", []):
        source = "".join(cell["source"])
        exec(source, globals())
        if source.startswith("check("):
            break
"""


@pytest.mark.parametrize("lesson", parameters(lesson_ids(), lesson_ids()[:1], str))
def test_a_lesson_opened_alone_runs_up_to_its_first_check(run, tmp_path, lesson):
    shutil.copy(COURSE.notebook(lesson), tmp_path)
    ran = run("-c", ALONE, f"{lesson}.ipynb")
    assert ran.returncode == 0, ran.stderr
    assert "nothing written yet" in ran.stdout


EVERY_CHECK = """
from grader import check
from grader.course.catalogue import lesson, lesson_ids

for one in lesson_ids():
    for name in lesson(one).exercises:
        check(name)
"""


@pytest.mark.exhaustive  # each lesson's checks are run by other tests; here once more, where nothing else is installed
def test_the_checks_of_all_lessons_need_nothing_else(run):
    ran = run("-c", EVERY_CHECK)
    assert ran.returncode == 0, ran.stderr
    assert "could not be checked" not in ran.stdout
    assert "No module named" not in ran.stdout + ran.stderr


@pytest.mark.parametrize("verb", ["lab", "check x.ipynb", "grade . --out out", "answers x", "build", "autograder 01 x"])
def test_what_needs_the_sources_says_so(run, verb):
    ran = run("-P", "-m", "grader", *verb.split())
    assert (ran.returncode, ran.stderr) == (2, f"`grader {verb.split()[0]}` {NO_SOURCES}\n")


@pytest.mark.parametrize("verb", EXTRAS)
def test_what_needs_an_extra_says_so(run, checkout, verb):
    ran = run("-P", "-m", "grader", verb, package=checkout)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith(f"`grader {verb}` needs the extra `{EXTRAS[verb]}` (")
    assert ran.stderr.endswith(f"): pip install 'vaelab-course[{EXTRAS[verb]}]'\n")


def test_an_extra_is_missing_until_it_is_installed(run):
    asked = "from grader.doors.extras import CLUSTER, lacking; print(lacking('this', CLUSTER), lacking('this', ''))"
    wanted = "`this` needs the extra `cluster` (distributed): pip install 'vaelab-course[cluster]' \n"
    assert run("-c", asked).stdout == wanted
