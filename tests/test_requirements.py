"""The files that name versions agree."""

import importlib.metadata
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from grader.course.folders import ROOT

LOCKS = ("requirements.lock", "requirements-site.lock")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def locked() -> dict[str, Requirement]:
    """The requirements of both locks by canonical name."""
    lines = [line for name in LOCKS for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]
    requirements = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(requirement.name): requirement for requirement in requirements}


def locked_version(requirement: Requirement) -> str:
    (pin,) = requirement.specifier
    return pin.version


def declared() -> list[Requirement]:
    """What pyproject.toml asks for: to run, to develop and to build."""
    project = PROJECT["project"]
    texts = [*project["dependencies"], *PROJECT["build-system"]["requires"]]
    for extra in project["optional-dependencies"].values():
        texts += extra
    requirements = [Requirement(text) for text in dict.fromkeys(texts)]
    return [requirement for requirement in requirements if requirement.name != project["name"]]  # extras of extras


@pytest.mark.parametrize("requirement", declared(), ids=lambda requirement: requirement.name)
def test_the_lock_satisfies_each_declared_dependency(requirement):
    pinned = locked()[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(locked_version(pinned))
    assert pinned.marker == requirement.marker, "the two files name different systems"


def test_the_lock_pins_exact_public_versions():
    assert len(locked()) > 100
    for requirement in locked().values():
        (pin,) = requirement.specifier
        assert pin.operator == "=="
        assert "+" not in pin.version, "a local label such as +cpu exists on one machine only"
        assert requirement.url is None


def test_no_package_is_in_both_locks():
    pins = [line for name in LOCKS for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]
    names = [canonicalize_name(Requirement(pin).name) for pin in pins if pin and not pin.startswith("#")]
    assert len(names) == len(set(names))


def test_the_lock_holds_what_its_packages_need():
    lock = locked()
    missing = set()
    for name in lock.keys() - {"torch"}:  # whose CUDA packages come with its CUDA builds only
        try:
            needs = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue  # belongs to another system
        for need in map(Requirement, needs):
            wanted = need.marker is None or need.marker.evaluate({"extra": ""})
            if wanted and canonicalize_name(need.name) not in lock:
                missing.add(f"{need} (of {name})")
    assert not missing


def test_torch_and_torchvision_of_the_lock_are_a_pair():
    asked = [Requirement(text) for text in importlib.metadata.requires("torchvision") or []]
    pins = [str(requirement.specifier) for requirement in asked if requirement.name == "torch"]
    assert str(locked()["torch"].specifier) in pins


def test_the_core_leaves_the_torch_that_is_there():
    (torch,) = [need for need in map(Requirement, PROJECT["project"]["dependencies"]) if need.name.startswith("torch")]
    assert torch.name == "torch", "torchvision asks for one torch release, and pip would install that"
    assert torch.specifier == SpecifierSet(">=2.4")


def test_python_versions_agree():
    supported = SpecifierSet(PROJECT["project"]["requires-python"])
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    (conda_python,) = [text for text in conda["dependencies"] if str(text).startswith("python=")]
    oldest = PROJECT["tool"]["mypy"]["python_version"]
    assert supported == SpecifierSet(f">={oldest}")
    assert conda_python == f"python={oldest}"
    assert PROJECT["tool"]["ruff"]["target-version"] == "py" + oldest.replace(".", "")
    assert f"sys.version_info < ({oldest.replace('.', ', ')})" in (ROOT / "course.py").read_text(encoding="utf-8")


def test_conda_installs_the_lock_and_this_package():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    (by_pip,) = [entry["pip"] for entry in conda["dependencies"] if isinstance(entry, dict)]
    assert "pip" in conda["dependencies"]
    assert by_pip == ["-r requirements.lock", "-e ."]
