"""Data sets: the digits, the reader of MNIST's files, downloads, "auto" without a network."""

from __future__ import annotations

import functools
import gzip
import hashlib
import http.server
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import torch

from vaelab import _torchvision, data

FOLDERS = {"mnist": "MNIST", "fashion-mnist": "FashionMNIST"}
PREFIXES = {"train": "train", "test": "t10k"}
DATA_SETS_HERE = os.environ.get("VAELAB_DATA")


def idx(array: np.ndarray) -> bytes:
    """The bytes of an idx file."""
    return bytes((0, 0, 8, array.ndim)) + np.array(array.shape, ">u4").tobytes() + array.tobytes()


def tiny(split: str) -> dict[str, bytes]:
    """The two files of a split with seven random images, by name."""
    random = np.random.default_rng(len(split))
    images = random.integers(0, 256, (7, 28, 28), dtype=np.uint8)
    prefix = PREFIXES[split]
    return {
        f"{prefix}-images-idx3-ubyte": idx(images),
        f"{prefix}-labels-idx1-ubyte": idx(np.arange(7, dtype=np.uint8)),
    }


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    """An empty data folder, nothing decided yet, and no network unless a test opens a local server."""
    monkeypatch.setenv("VAELAB_DATA", str(tmp_path))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(_torchvision, "_sockets_allowed", lambda: False)
    data._decide.cache_clear()
    yield tmp_path
    data._decide.cache_clear()


def store(root: Path, name: str, files: dict[str, bytes]) -> Path:
    folder = root / FOLDERS[name] / "raw"
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in files.items():
        (folder / file).write_bytes(content)
    return folder


class TestDigits:
    def test_shapes_types_and_range(self):
        for split, size in (("train", 1442), ("test", 355)):
            images, labels = data.load("digits", split)
            assert images.shape == (size, 784)
            assert images.dtype == torch.float32
            assert (images.min().item(), images.max().item()) == (0, 1)
            assert labels.shape == (size,)
            assert labels.dtype == torch.int64

    def test_every_class_is_split_alike(self):
        train, test = (data.load("digits", split).labels.bincount(minlength=10) for split in data.SPLITS)
        share = test / (train + test)
        assert share.min() > 0.19
        assert share.max() < 0.21

    @pytest.mark.slow
    def test_splits_partition_scikit_learns_digits(self):
        from sklearn.datasets import load_digits

        bunch = load_digits()
        enlarged = torch.nn.functional.interpolate(
            torch.tensor(bunch.images / 16, dtype=torch.float32)[:, None], size=(28, 28), mode="bilinear"
        ).flatten(1)
        held_out = torch.zeros(len(enlarged), dtype=torch.bool)
        for digit in range(10):
            held_out[torch.tensor(bunch.target == digit).nonzero().flatten()[4::5]] = True
        for split, chosen in (("train", ~held_out), ("test", held_out)):
            images, labels = data.load("digits", split)
            torch.testing.assert_close(images, enlarged[chosen])
            assert labels.tolist() == bunch.target[chosen.numpy()].tolist()

    def test_changing_what_was_loaded_changes_nothing_else(self):
        images, labels = data.load("digits", "test")
        before = images.clone(), labels.clone()
        images.zero_()
        labels.fill_(3)
        again = data.load("digits", "test")
        assert torch.equal(again.images, before[0])
        assert torch.equal(again.labels, before[1])

    @pytest.mark.slow
    def test_needs_neither_torchvision_nor_scikit_learn_imported(self):
        program = (
            "import sys; from vaelab import data; data.load('digits', 'train'); "
            "print({'torchvision', 'sklearn'} & set(sys.modules))"
        )
        assert run(program) == "set()"


class TestNames:
    @pytest.mark.parametrize("name", ["MNIST", "", None, "cifar"])
    def test_unknown_data_set(self, name):
        with pytest.raises(ValueError, match=r"'digits', 'mnist', 'fashion-mnist', 'auto'"):
            data.load(name, "train")
        with pytest.raises(ValueError, match=r"'digits', 'mnist', 'fashion-mnist', 'auto'"):
            data.class_names(name)

    @pytest.mark.parametrize("split", ["val", "Train", None, 0])
    def test_unknown_split(self, split):
        with pytest.raises(ValueError, match=r"'train', 'test'"):
            data.load("digits", split)

    def test_class_names(self):
        assert data.class_names("digits") == data.class_names("mnist") == list("0123456789")
        assert data.class_names("fashion-mnist")[9] == "Ankle boot"
        assert data.class_names("auto") == list("0123456789")
        assert all(len(data.class_names(name)) == 10 for name in data.NAMES)

    def test_class_names_are_the_callers_own(self):
        data.class_names("digits").clear()
        assert len(data.class_names("mnist")) == 10

    def test_a_name_means_itself_silently(self, capsys):
        assert data.resolve("mnist") == "mnist"
        assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", FOLDERS)
@pytest.mark.parametrize("split", data.SPLITS)
@pytest.mark.parametrize("zipped", [False, True])
def test_reads_raw_files(root, name, split, zipped):
    files = tiny(split)
    stored = {f"{file}.gz": gzip.compress(content, mtime=0) for file, content in files.items()} if zipped else files
    store(root, name, stored)
    images, labels = data.load(name, split)
    pixels = np.frombuffer(next(iter(files.values())), np.uint8, offset=16).reshape(7, 784)
    torch.testing.assert_close(images, torch.from_numpy(pixels / np.float32(255)), rtol=0, atol=1e-7)
    assert images.dtype == torch.float32
    assert labels.dtype == torch.int64
    assert labels.tolist() == list(range(7))


IMAGES, LABELS = tiny("train")
DAMAGE = {
    "an empty file": (IMAGES, lambda content: b"", "truncated"),
    "half a header": (IMAGES, lambda content: content[:9], "truncated"),
    "truncated images": (IMAGES, lambda content: content[:-1], "truncated: 5503 bytes.*announces 5504"),
    "truncated labels": (LABELS, lambda content: content[:-3], "truncated: 12 bytes.*announces 15"),
    "too many bytes": (IMAGES, lambda content: content + b"\0", "damaged: 5505 bytes"),
    "a web page": (IMAGES, lambda content: b"<html>" + content, "not an idx file"),
    "labels for images": (IMAGES, lambda content: tiny("train")[LABELS], "not an idx file"),
    "other sizes": (IMAGES, lambda content: idx(np.zeros((7, 8, 8), np.uint8)), "8x8 pixels"),
    "fewer labels": (LABELS, lambda content: idx(np.zeros(6, np.uint8)), "6 labels for 7 images"),
    "label 10": (LABELS, lambda content: idx(np.full(7, 10, np.uint8)), "label 10"),
}


class TestDamage:
    @pytest.mark.parametrize("case", DAMAGE)
    def test_says_which_file_what_and_what_to_do_and_deletes_nothing(self, root, case):
        file, damage, problem = DAMAGE[case]
        files = tiny("train")
        files[file] = damage(files[file])
        folder = store(root, "mnist", files)
        with pytest.raises(data.DataError, match=problem) as error:
            data.load("mnist", "train")
        assert str(folder / file) in str(error.value)
        assert "Delete this file" in str(error.value)
        assert "VAELAB_DATA" in str(error.value)
        assert (folder / file).read_bytes() == files[file]

    @pytest.mark.parametrize(
        "content", [gzip.compress(b"idx", mtime=0)[:-5], b"no gzip", b""], ids=["cut off", "not gzip", "empty"]
    )
    def test_damaged_gzip(self, root, content):
        folder = store(root, "mnist", {LABELS: tiny("train")[LABELS], f"{IMAGES}.gz": content})
        with pytest.raises(data.DataError, match=r"ubyte\.gz is (damaged or )?truncated"):
            data.load("mnist", "train")
        assert (folder / f"{IMAGES}.gz").read_bytes() == content

    def test_unreadable(self, root, monkeypatch):
        store(root, "mnist", tiny("train"))

        def refuse(file):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "read_bytes", refuse)
        with pytest.raises(data.DataError, match=r"cannot be read \(Permission denied\). Make it readable"):
            data.load("mnist", "train")

    def test_one_missing_file(self, root):
        folder = store(root, "mnist", tiny("train"))
        (folder / LABELS).unlink()
        with pytest.raises(data.DataError, match="is not there and cannot be downloaded") as error:
            data.load("mnist", "train")
        assert str(folder / LABELS) in str(error.value)
        assert "VAELAB_DATA" in str(error.value)

    def test_other_split_does_not_matter(self, root):
        store(root, "mnist", {**tiny("test"), IMAGES: b"broken"})
        assert len(data.load("mnist", "test").images) == 7


class TestAuto:
    def test_takes_fashion_mnist_when_it_is_there(self, root, capsys):
        store(root, "fashion-mnist", {**tiny("train"), **tiny("test")})
        assert data.resolve() == "fashion-mnist"
        assert one_line(capsys) == "vaelab: using fashion-mnist (all its files are there)"
        assert len(data.load("auto", "test").images) == 7
        assert data.class_names("auto")[0] == "T-shirt/top"

    def test_says_digits_at_once_when_sockets_are_denied(self, monkeypatch, capsys):
        monkeypatch.undo()
        monkeypatch.setenv("VAELAB_DATA", "/nonexistent/folder")

        def denied(*arguments, **options):
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr(socket, "socket", denied)
        monkeypatch.setattr(_torchvision, "datasets", lambda: pytest.fail("imported torchvision in vain"))
        assert len(data.load("auto", "train").images) == 1442
        assert "using digits (no fashion-mnist: " in one_line(capsys)

    def test_falls_back_to_digits_when_files_are_there_but_not_for_us(self, root, monkeypatch, capsys):
        store(root, "fashion-mnist", {**tiny("train"), **tiny("test")})

        def refuse(file):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "read_bytes", refuse)
        assert data.resolve("auto") == "digits"
        assert "Permission denied" in one_line(capsys)

    def test_says_why_a_damaged_data_set_is_not_used(self, root, capsys):
        store(root, "fashion-mnist", {**tiny("train"), **tiny("test"), IMAGES: b""})
        assert data.resolve("auto") == "digits"
        assert f"{IMAGES} is truncated" in one_line(capsys)

    def test_both_splits_come_from_one_data_set(self, root):
        assert data.resolve("auto") == "digits"
        store(root, "fashion-mnist", {**tiny("train"), **tiny("test")})
        assert len(data.load("auto", "test").images) == 355


@pytest.mark.slow
class TestNetwork:
    @pytest.fixture
    def mirror(self, monkeypatch):
        """Says where Fashion-MNIST is to be downloaded from, and which files are there."""
        monkeypatch.setattr(_torchvision, "_sockets_allowed", lambda: True)
        monkeypatch.setattr(_torchvision, "PROBE_SECONDS", 60.0)  # the server answers, but maybe on a busy machine
        fashion = _torchvision.datasets().FashionMNIST

        def use(port, files=None):
            monkeypatch.setattr(fashion, "mirrors", [f"http://127.0.0.1:{port}/"])
            if files:
                sums = [(file, hashlib.md5(content).hexdigest()) for file, content in files.items()]
                monkeypatch.setattr(fashion, "resources", sums)

        return use

    @pytest.fixture
    def server(self, tmp_path_factory):
        """A web server on this machine: (its folder, its port)."""
        folder = tmp_path_factory.mktemp("mirror")

        class Quiet(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *arguments):
                pass

        handler = functools.partial(Quiet, directory=str(folder))
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as serving:
            thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            yield folder, serving.server_address[1]
            serving.shutdown()
            thread.join()

    def files(self):
        both = {**tiny("train"), **tiny("test")}
        return {f"{file}.gz": gzip.compress(content, mtime=0) for file, content in both.items()}

    def serve(self, folder):
        for file, content in self.files().items():
            (folder / file).write_bytes(content)

    def test_downloads_what_is_missing_and_keeps_what_is_there(self, root, server, mirror, capsys):
        self.serve(server[0])
        mirror(server[1], self.files())
        own = idx(np.full(7, 3, np.uint8))
        folder = store(root, "fashion-mnist", {LABELS: own})
        assert data.resolve("auto") == "fashion-mnist"
        assert "using fashion-mnist" in one_line(capsys)
        assert data.load("fashion-mnist", "train").labels.tolist() == [3] * 7
        assert (folder / LABELS).read_bytes() == own
        assert sorted(file.name for file in folder.iterdir()) == sorted({**tiny("train"), **tiny("test")})

    def test_a_damaged_download_leaves_nothing_behind(self, root, server, mirror):
        self.serve(server[0])
        mirror(server[1], self.files())
        (server[0] / f"{LABELS}.gz").write_bytes(b"an error page")
        with pytest.raises(data.DataError, match=r"cannot be downloaded \(.*corrupted"):
            data.load("fashion-mnist", "train")
        assert not list((root / "FashionMNIST" / "raw").iterdir())
        assert data.resolve("auto") == "digits"

    def test_a_folder_that_cannot_be_written(self, root, server, mirror):
        self.serve(server[0])
        mirror(server[1], self.files())
        (root / "FashionMNIST").write_text("a file where the folder should be")
        with pytest.raises(data.DataError, match=r"cannot be downloaded \(.*FashionMNIST"):
            data.load("fashion-mnist", "train")

    def test_a_server_without_the_files(self, server, mirror):
        mirror(server[1])
        assert data.resolve("auto") == "digits"

    def test_connection_refused(self, mirror, capsys):
        with socket.socket() as deaf:  # has a port that nobody else gets, and does not listen there
            deaf.bind(("127.0.0.1", 0))
            mirror(deaf.getsockname()[1])
            assert data.resolve("auto") == "digits"
        assert "no network connection" in one_line(capsys)

    def test_a_server_that_never_answers(self, mirror, monkeypatch):
        monkeypatch.setattr(_torchvision, "PROBE_SECONDS", 0.2)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            mirror(silent.getsockname()[1])
            assert data.resolve("auto") == "digits"

    def test_a_name_service_that_never_answers(self, mirror, monkeypatch):
        monkeypatch.setattr(_torchvision, "PROBE_SECONDS", 0.2)
        mirror(80)
        over = threading.Event()

        def look_up(*arguments, **options):
            over.wait(60)
            raise OSError("gave up at last")

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        assert data.resolve("auto") == "digits"
        over.set()


class TestTorchvision:
    @pytest.mark.slow
    def test_imports_without_a_warning(self):
        program = "from vaelab._torchvision import datasets; print(datasets().FashionMNIST.__name__)"
        assert run(program) == "FashionMNIST"

    @pytest.mark.parametrize(("version", "cuda"), [("1.2+cu130", True), ("1.2+cpu", False), ("1.2", False)])
    def test_knows_a_cuda_build_by_its_version(self, tmp_path, monkeypatch, version, cuda):
        (tmp_path / "torchvision").mkdir()
        (tmp_path / "torchvision" / "__init__.py").touch()
        (tmp_path / "torchvision" / "version.py").write_text(f"__version__ = '{version}'\n")
        monkeypatch.delitem(sys.modules, "torchvision", raising=False)
        monkeypatch.syspath_prepend(tmp_path)
        assert _torchvision._built_for_cuda() is cuda


@pytest.mark.skipif(not DATA_SETS_HERE, reason="the full data sets are not here; VAELAB_DATA would say where")
@pytest.mark.parametrize("name", FOLDERS)
def test_the_full_data_sets(name, monkeypatch):
    monkeypatch.setenv("VAELAB_DATA", DATA_SETS_HERE)
    images, labels = data.load(name, "test")
    assert images.shape == (10_000, 784)
    assert (images.min().item(), images.max().item()) == (0, 1)
    assert labels.unique().tolist() == list(range(10))


def run(program: str) -> str:
    """What a fresh interpreter prints, warnings being errors."""
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def one_line(capsys) -> str:
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    return lines[0]
