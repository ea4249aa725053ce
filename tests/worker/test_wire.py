"""The wire format: what goes in comes out, and what no `pack` can have made is refused."""

from __future__ import annotations

import json
import math
import struct
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.worker import wire

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=4) | st.integers(-9, 9), inner, max_size=4)
    ),
    max_leaves=12,
)


def through(value: Any) -> Any:
    """A value after the whole way: pack, encode, decode, unpack."""
    tree, tensors = wire.pack(value, keep=lambda other: wire.Handle(7, type(other).__name__))
    frame = wire.encode(tree, tensors)
    assert wire.frame_size(frame[:4]) == len(frame) - 4
    return wire.unpack(*wire.decode(frame[4:]), resolve=lambda handle: handle)


@given(PLAIN)
def test_plain_data_comes_back_equal(value: Any) -> None:
    back = through(value)
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize(
    "dtype", [torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.bool]
)
@pytest.mark.parametrize("shape", [(), (0, 3), (4, 5)])
def test_tensors_come_back_equal(dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    tensor = torch.arange(math.prod(shape)).reshape(shape).to(dtype)
    back = through({"a": [tensor]})["a"][0]
    assert back.dtype is dtype
    assert torch.equal(back, tensor)


def test_a_graph_is_a_flag_and_nothing_more() -> None:
    weight = torch.ones(3, requires_grad=True)
    back = through((weight * 2, weight.detach()))
    assert back[0].requires_grad
    assert back[0].is_leaf
    assert not back[1].requires_grad


def test_views_and_subclasses_are_copied_as_plain_tensors() -> None:
    class Liar(torch.Tensor):
        @classmethod
        def __torch_function__(cls, function, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]
            return super().__torch_function__(function, types, args, kwargs or {})

    view = torch.arange(12.0).reshape(3, 4).T[1:]
    assert torch.equal(through(view), view)
    assert type(through(torch.ones(2).as_subclass(Liar))) is torch.Tensor


def test_what_is_not_data_becomes_a_handle() -> None:
    assert through(torch.nn.Linear(2, 2)) == wire.Handle(7, "Linear")
    assert through([2**80]) == [wire.Handle(7, "int")]
    assert through(torch.eye(2).to_sparse()) == wire.Handle(7, "Tensor")


def test_float_subclasses_lose_their_tricks() -> None:
    class Cheat(float):
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = float.__hash__

    back = through(Cheat(3.0))
    assert type(back) is float
    assert back != 4.0


def test_nan_stays_nan() -> None:
    assert math.isnan(through(float("nan")))


def test_too_deep_and_too_large_is_refused_before_it_is_sent() -> None:
    nested: list[Any] = []
    for _ in range(wire.MAX_DEPTH + 2):
        nested = [nested]
    with pytest.raises(ValueError, match="levels deep"):
        wire.pack(nested, keep=lambda other: wire.Handle(0, ""))
    with pytest.raises(ValueError, match="MiB"):
        wire.encode(*wire.pack(torch.zeros(wire.MAX_FRAME // 4), keep=lambda other: wire.Handle(0, "")))


def frame(tree: bytes, tensors: bytes = b"") -> bytes:
    return struct.pack("<I", len(tree)) + tree + tensors


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xff\xff\xff",
        struct.pack("<I", 100) + b"{}",
        frame(b""),
        frame(b"{"),
        frame(b"\xff\xfe"),
        frame(b"[" * 100_000),
        frame(b"{}", b"\x00" * 7),
        frame(b"{}", struct.pack("<Q", 2**60)),
        frame(
            b"{}",
            struct.pack("<Q", 60)
            + json.dumps({"0": {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 4]}}).encode(),
        ),
        frame(b"{}", struct.pack("<Q", 2) + b"{}" + b"tail"),
    ],
)
def test_malformed_frames_are_protocol_errors(body: bytes) -> None:
    with pytest.raises(wire.ProtocolError):
        wire.decode(body)


@pytest.mark.parametrize("size", [0, 3, wire.MAX_FRAME + 1, 2**32 - 1])
def test_impossible_sizes_are_protocol_errors(size: int) -> None:
    with pytest.raises(wire.ProtocolError):
        wire.frame_size(struct.pack("<I", size))


@pytest.mark.parametrize(
    "tree",
    [
        {},
        {"tensor": 0, "graph": False},
        {"tensor": -1, "graph": False},
        {"tensor": "0", "graph": False},
        {"tuple": {}},
        {"dict": [[1]]},
        {"dict": [[[1], 2]]},
        {"dict": [[{"handle": 1, "type": "x"}, 2]]},
        {"pickle": "gASVAAAA"},
        {"handle": 1},
        {"tuple": [], "dict": []},
    ],
)
def test_trees_that_pack_cannot_have_made_are_protocol_errors(tree: Any) -> None:
    with pytest.raises(wire.ProtocolError):
        wire.unpack(tree, [], resolve=lambda handle: handle)


@given(st.binary(max_size=200))
@settings(max_examples=300)
def test_any_bytes_end_in_a_value_or_a_protocol_error(body: bytes) -> None:
    try:
        tree, tensors = wire.decode(body.ljust(4, b"\0"))
        wire.unpack(tree, tensors, resolve=lambda handle: handle)
    except wire.ProtocolError:
        pass


def safetensors(header: bytes, data: bytes = b"") -> bytes:
    return struct.pack("<Q", len(header)) + header + data


def one_tensor(dtype: str, shape: list[int], size: int) -> bytes:
    header = json.dumps({"0": {"dtype": dtype, "shape": shape, "data_offsets": [0, size]}}).encode()
    return safetensors(header, b"\x02" * size)


@pytest.mark.parametrize(
    "body",
    [
        frame(b"[" + b"{}," * 10**6 + b"{}]"),
        frame(b"[" + b"1," * 2 * 10**6 + b"1]"),
        frame(b"1" * 10**4),
        frame(b"{}", safetensors(b'{"__metadata__":{' + b",".join(b'"%d":""' % i for i in range(10**5)) + b"}}")),
        frame(b"{}", one_tensor("F32", [0, 2**62], 0)),
        frame(b"{}", one_tensor("F32", [0] + [1] * 65, 0)),
        frame(b"{}", one_tensor("F32", [1] * 65, 4)),
        frame(b"{}", one_tensor("C64", [2], 16)),
        frame(b"{}", one_tensor("F8_E4M3", [2], 2)),
        frame(b"{}", one_tensor("U64", [2], 16)),
    ],
    ids=["objects", "numbers", "digits", "metadata", "empty", "dimensions", "ones", "complex", "float8", "unsigned"],
)
def test_what_would_grow_in_memory_is_refused_first(body: bytes) -> None:
    with pytest.raises(wire.ProtocolError):
        wire.decode(body)


def test_keys_that_all_hash_alike_are_refused() -> None:
    """Else a dict of them would take minutes."""
    same_hash = {"dict": [[number * (2**61 - 1), 0] for number in range(1, 50_000)]}
    with pytest.raises(wire.ProtocolError):
        wire.unpack(same_hash, [], resolve=lambda handle: handle)


def test_truth_values_are_zero_or_one() -> None:
    _, tensors = wire.decode(frame(b"{}", one_tensor("BOOL", [3], 3)))
    assert tensors[0].view(torch.uint8).tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    "value",
    [[0] * 10**6, [torch.zeros(0)] * 20_000, torch.zeros([1] * 65)],
    ids=["numbers", "tensors", "dimensions"],
)
def test_what_would_be_refused_is_not_sent(value: Any) -> None:
    with pytest.raises(ValueError, match="more"):
        wire.encode(*wire.pack(value, keep=lambda other: wire.Handle(0, "")))


@pytest.mark.parametrize("dtype", [torch.complex64, torch.uint32, torch.float8_e4m3fn])
def test_tensors_of_rare_kinds_stay_behind_handles(dtype: torch.dtype) -> None:
    assert through(torch.zeros(2).to(dtype)) == wire.Handle(7, "Tensor")
