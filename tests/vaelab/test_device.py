"""Notebooks compute on a GPU where there is one; a stand-in is one."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import vaelab
from grader.course import script
from grader.course.catalogue import lesson_ids
from grader.course.cells import course_cells
from tests.gpu_stand_in import CPU, GPU, a_gpu
from vaelab import cluster_plots, data, explorers, metrics, plots


@pytest.fixture
def gpu(monkeypatch):
    with a_gpu(monkeypatch):
        yield


def test_the_environment_says_which(monkeypatch):
    monkeypatch.setenv("VAELAB_DEVICE", "cuda:1")
    assert vaelab.device() == torch.device("cuda", 1)


def test_a_gpu_is_taken_where_there_is_one(monkeypatch):
    monkeypatch.delenv("VAELAB_DEVICE", raising=False)
    for there, kind in ((True, "cuda"), (False, "cpu")):
        monkeypatch.setattr(torch.cuda, "is_available", lambda there=there: there)
        assert vaelab.device().type == kind


def test_on_the_cpu_no_call_is_looked_at(monkeypatch):
    monkeypatch.setenv("VAELAB_DEVICE", "cpu")
    assert vaelab.use_device() == CPU
    assert torch.overrides._get_current_function_mode() is None


def test_the_stand_in_refuses_what_a_gpu_refuses(gpu):
    with pytest.raises(RuntimeError, match="same device"):
        torch.randn(3) + torch.randn(3, device="cpu")
    with pytest.raises(RuntimeError, match="same device"):
        torch.zeros(3, device="cpu")[torch.tensor([1])]
    with pytest.raises(RuntimeError, match="same device"):
        nn.Linear(3, 2)(torch.zeros(1, 3, device="cpu"))


def test_data_and_models_are_made_there_and_train(gpu):
    torch.manual_seed(0)
    digits = data.load("digits", "train")
    model = nn.Sequential(nn.Linear(784, 8), nn.Linear(8, 784))
    assert {tensor.device for tensor in (*digits, *model.parameters())} == {GPU}
    before = model[0].weight.detach().clone()
    optimizer = torch.optim.Adam(model.parameters())
    for x in list(data.batches(digits.images, batch_size=64, shuffle=True))[:3]:
        loss = (model(x + torch.randn(len(x), 784)) - x).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert not before.equal(model[0].weight)


def test_data_go_where_they_are_wanted(gpu):
    digits = data.load("digits", "test", device="cpu")
    assert {tensor.device for tensor in digits} == {CPU}
    batches = data.batches(digits.images, digits.labels, shuffle=True)
    assert {tensor.device for tensor in next(iter(batches))} == {CPU}
    assert {tensor.device for tensor in next(iter(batches.to(GPU)))} == {GPU}


def test_generators_of_the_cpu_draw_the_same_order(gpu):
    images = data.load("digits", "test").images
    here, there = (
        data.batches(one, shuffle=True, generator=torch.Generator().manual_seed(3)) for one in (images.cpu(), images)
    )
    assert next(iter(here)).equal(next(iter(there)).cpu())
    assert torch.rand(3, generator=torch.Generator()).device == CPU


def test_a_data_loader_shuffles(gpu):
    digits = data.load("digits", "test")
    x, y = next(iter(DataLoader(TensorDataset(*digits), batch_size=50, shuffle=True)))
    assert (x.device, len(y)) == (GPU, 50)


def test_numpy_and_pictures_get_copies(gpu):
    numbers = torch.arange(4.0)
    assert np.asarray(numbers).tolist() == numbers.numpy().tolist() == [0, 1, 2, 3]
    images = data.load("digits", "test").images[:20]
    plots.image_grid(images)
    plots.curves(numbers, {"a": numbers.square()}, xlabel="x", ylabel="y")
    plots.histograms({"a": torch.randn(100)}, xlabel="x")
    plots.latent_grid(nn.Linear(2, 784), side=3)
    plots.atlases({"a": (nn.Linear(2, 784), torch.randn(5, 2))}, side=3)
    cluster_plots.density(torch.randn(100), lambda x: x.square().neg().exp(), xlabel="x")
    explorers.latent_walk(nn.Linear(2, 784), side=3)
    explorers.frontier([(1.0, 2.0, 3.0), (2.0, 1.0, 4.0)], [images, images])
    explorers.mix_styles(lambda z, k: nn.Linear(2, 784)(z), torch.randn(2, 2), ["0", "1"], steps=3)
    explorers.choose_label({"a": images[0]}, images[:2].unsqueeze(0), ["0", "1"])
    explorers.temperature({1.0: torch.rand(4, 3)}, [1.0])


def test_judges_judge_wherever_the_images_are(gpu):
    images = data.load("digits", "test").images[:20]
    judge = metrics.judge("digits")
    torch.testing.assert_close(judge(images).cpu(), judge(images.cpu()))


@pytest.mark.parametrize("lesson", lesson_ids())
def test_each_lesson_begins_with_it(lesson):
    first = next(entry.cell for entry in course_cells(lesson) if entry.cell.is_code)
    assert "use_device" in script.defines(first.source)
    assert "\nuse_device()" in first.source
