"""The package without the repository, as on a JupyterHub: made into a wheel and unpacked."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader.course.cells import NO_SOURCES
from grader.course.folders import ROOT

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


@pytest.fixture
def run(installed, tmp_path):
    """Runs Python with that package and no other of its name."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        surroundings = os.environ | {"PYTHONPATH": str(installed), "VAELAB_PROGRESS": str(tmp_path / "progress.json")}
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=tmp_path, env=surroundings, capture_output=True, text=True)

    return run


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


@pytest.mark.parametrize("verb", ["lab", "check x.ipynb", "grade . --out out", "answers x", "build", "autograder 01 x"])
def test_what_needs_the_sources_says_so(run, verb):
    ran = run("-P", "-m", "grader", *verb.split())
    assert (ran.returncode, ran.stderr) == (2, f"`grader {verb.split()[0]}` {NO_SOURCES}\n")
