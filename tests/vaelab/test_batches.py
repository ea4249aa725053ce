"""Mini-batches of tensors that lie in memory."""

from __future__ import annotations

import pytest
import torch

from vaelab import data

IMAGES = torch.arange(10.0)[:, None].expand(10, 4)
LABELS = torch.arange(10)


def test_slices_in_order_as_often_as_wanted():
    loader = data.batches(IMAGES, batch_size=4)
    for _ in range(2):
        assert [batch[:, 0].tolist() for batch in loader] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert len(loader) == 3


@pytest.mark.parametrize("size", [1, 3, 5, 10, 99])
def test_length(size):
    loader = data.batches(IMAGES, batch_size=size)
    assert len(loader) == len(list(loader))


def test_pairs_stay_together_when_shuffled():
    loader = data.batches(IMAGES, LABELS, batch_size=3, shuffle=True)
    x, y = (torch.cat(parts) for parts in zip(*loader, strict=True))
    assert x[:, 0].tolist() == y.tolist()
    assert sorted(y.tolist()) == list(range(10))


def test_a_new_order_every_epoch_repeatable_by_generator():
    def epochs():
        generator = torch.Generator().manual_seed(5)
        loader = data.batches(LABELS, shuffle=True, generator=generator)
        return [torch.cat(list(loader)).tolist() for _ in range(2)]

    first, second = epochs()
    assert first != second
    assert epochs() == [first, second]


def test_own_generator_leaves_the_global_one_alone():
    before = torch.get_rng_state()
    list(data.batches(IMAGES, shuffle=True, generator=torch.Generator().manual_seed(0)))
    assert torch.equal(torch.get_rng_state(), before)


def test_takes_a_split():
    x, y = next(iter(data.batches(*data.load("digits", "test"), batch_size=5)))
    assert (x.shape, y.shape) == ((5, 784), (5,))


def test_refuses_what_it_cannot_use():
    with pytest.raises(ValueError, match="10 images but 9 labels"):
        data.batches(IMAGES, LABELS[:9])
    for size in (0, -1):
        with pytest.raises(ValueError, match="at least 1"):
            data.batches(IMAGES, batch_size=size)
    for size in (2.0, True, None):
        with pytest.raises(TypeError, match="must be an int"):
            data.batches(IMAGES, batch_size=size)
    with pytest.raises(TypeError, match="must be tensors"):
        data.batches([1, 2, 3])
