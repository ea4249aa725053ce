"""What crosses between the trusted process and a worker: frames of plain data, never pickle.

A value is split into a *tree* of JSON values and a list of tensors. Numbers, strings and lists stand for themselves in
the tree; everything else is an object with one tag:

    {"tuple": [...]}   {"dict": [[key, value], ...]}   {"tensor": i, "graph": bool}   {"handle": n, "type": "VAE"}

A frame is a 4-byte length, a 4-byte length of the JSON part, the JSON text, and the tensors as a safetensors buffer.
Everything read from a worker is checked against limits before it is used.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from safetensors import SafetensorError, TensorSpec, serialize
from safetensors.torch import load as load_tensors

MAX_FRAME = 64 * 2**20
MAX_JSON = 4 * 2**20
MAX_DEPTH = 20
MAX_ITEMS = 200_000
MAX_TENSOR_HEADER = 2**20
MAX_DIMENSIONS = 64
_MAX_MARKS = 4 * MAX_ITEMS  # brackets, braces and commas of the JSON text; a packed value has at most three
_HEADER = struct.Struct("<II")
_TENSOR_HEADER = struct.Struct("<Q")
_FLOATING = {torch.float16, torch.bfloat16, torch.float32, torch.float64}
_DTYPES = {torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64} | _FLOATING


class ProtocolError(Exception):
    """The other side sent something that is not a frame of the protocol."""


@dataclass(frozen=True)
class Handle:
    """Stands, outside the worker, for an object that is not data (a model, an optimizer) and stays inside."""

    number: int
    type_name: str


def pack(value: Any, keep: Callable[[Any], Handle]) -> tuple[Any, list[torch.Tensor]]:
    """Splits `value` into a JSON tree and its tensors; `keep` stores what is not data and gives its handle."""
    tensors: list[torch.Tensor] = []
    return _pack(value, tensors, keep, 0), tensors


def _pack(value: Any, tensors: list[torch.Tensor], keep: Callable[[Any], Handle], depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise ValueError(f"data nested more than {MAX_DEPTH} levels deep")
    if value is None or isinstance(value, bool | str):
        return value if value is None or isinstance(value, bool) else str.__str__(value)
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, int):
        return _pack_int(value, keep)
    if isinstance(value, torch.Tensor):
        return _pack_tensor(value, tensors, keep)
    if isinstance(value, list):
        return [_pack(item, tensors, keep, depth + 1) for item in list.__iter__(value)]
    if isinstance(value, tuple):  # named ones too
        return {"tuple": [_pack(item, tensors, keep, depth + 1) for item in tuple.__iter__(value)]}
    if isinstance(value, dict):  # with an order, with defaults …
        pairs = [[_pack(part, tensors, keep, depth + 1) for part in pair] for pair in dict.items(value)]
        return {"dict": pairs}
    handle = value if isinstance(value, Handle) else keep(value)
    return {"handle": handle.number, "type": handle.type_name}


def _pack_int(value: int, keep: Callable[[Any], Handle]) -> Any:
    plain = int.__int__(value)
    if _fits(plain):
        return plain
    handle = keep(value)
    return {"handle": handle.number, "type": handle.type_name}


def _fits(number: int) -> bool:
    """Whether a whole number crosses as such. Larger ones could all be made to hash alike, as keys of a dict."""
    return abs(number) < 2**63


def _pack_tensor(value: torch.Tensor, tensors: list[torch.Tensor], keep: Callable[[Any], Handle]) -> Any:
    """Dense tensors of ordinary numbers are copied, whatever their class, device or strides; others stay behind
    a handle."""
    if value.layout is not torch.strided or value.dtype not in _DTYPES or value.is_meta:
        handle = keep(value)
        return {"handle": handle.number, "type": handle.type_name}
    graph = bool(value.requires_grad)
    plain = value.detach().as_subclass(torch.Tensor)
    tensors.append(plain.cpu().clone(memory_format=torch.contiguous_format))
    return {"tensor": len(tensors) - 1, "graph": graph}


def unpack(tree: Any, tensors: list[torch.Tensor], resolve: Callable[[Handle], Any]) -> Any:
    """The inverse of `pack`. ProtocolError for a tree that `pack` cannot have made."""
    return _Unpacker(tensors, resolve).value(tree, 0)


class _Unpacker:
    def __init__(self, tensors: list[torch.Tensor], resolve: Callable[[Handle], Any]) -> None:
        self.tensors = tensors
        self.resolve = resolve
        self.items = 0

    def value(self, tree: Any, depth: int) -> Any:
        self.items += 1
        if depth > MAX_DEPTH or self.items > MAX_ITEMS:
            raise ProtocolError("data too deep or too large")
        if tree is None or type(tree) in (bool, float, str) or (type(tree) is int and _fits(tree)):
            return tree
        if type(tree) is list:
            return [self.value(item, depth + 1) for item in tree]
        if type(tree) is not dict:
            raise ProtocolError("unknown kind of value")
        return self._tagged(tree, depth)

    def _tagged(self, tree: dict[str, Any], depth: int) -> Any:
        match tree:
            case {"tuple": list(items)} if len(tree) == 1:
                return tuple(self.value(item, depth + 1) for item in items)
            case {"dict": list(pairs)} if len(tree) == 1:
                return dict(self._pair(pair, depth) for pair in pairs)
            case {"tensor": int(index), "graph": bool(graph)} if len(tree) == 2:
                return self._tensor(index, graph)
            case {"handle": int(number), "type": str(name)} if len(tree) == 2 and _fits(number):
                return self.resolve(Handle(number, name[:80]))
        raise ProtocolError("unknown kind of value")

    def _pair(self, pair: Any, depth: int) -> tuple[Any, Any]:
        if type(pair) is not list or len(pair) != 2:
            raise ProtocolError("a dict entry is not a pair")
        key = self.value(pair[0], depth + 1)
        if not isinstance(key, str | int | float | bool | None):
            raise ProtocolError("a dict key is not a plain value")
        return key, self.value(pair[1], depth + 1)

    def _tensor(self, index: int, graph: bool) -> torch.Tensor:
        if not 0 <= index < len(self.tensors):
            raise ProtocolError("no such tensor")
        tensor = self.tensors[index]
        return tensor.requires_grad_() if graph and tensor.is_floating_point() else tensor


def encode(tree: Any, tensors: list[torch.Tensor]) -> bytes:
    """A whole frame. ValueError when it would be larger than the limits."""
    text = json.dumps(tree, ensure_ascii=True, separators=(",", ":")).encode("ascii")
    body = _save_tensors(tensors) if tensors else b""
    if len(text) > MAX_JSON or 4 + len(text) + len(body) > MAX_FRAME:
        raise ValueError(
            f"more than {MAX_FRAME // 2**20} MiB of data (or {MAX_JSON // 2**20} MiB of it not in tensors)"
        )
    if _too_many_values(text) or (body and _tensor_header(body) > MAX_TENSOR_HEADER):
        raise ValueError("more numbers, lists or tensors than a check can take")
    if any(tensor.dim() > MAX_DIMENSIONS for tensor in tensors):
        raise ValueError(f"a tensor of more than {MAX_DIMENSIONS} dimensions")
    return _HEADER.pack(4 + len(text) + len(body), len(text)) + text + body


def _save_tensors(tensors: list[torch.Tensor]) -> bytes:
    """What `safetensors.torch.save` makes, without its search for shared memory, which takes most of its time."""
    dense = [tensor.contiguous() for tensor in tensors]
    specs = {
        str(i): TensorSpec(
            dtype=str(tensor.dtype).removeprefix("torch."),
            shape=tensor.shape,
            data_ptr=tensor.data_ptr(),
            data_len=tensor.nbytes,
        )
        for i, tensor in enumerate(dense)
    }
    return bytes(serialize(specs))


def _too_many_values(text: bytes) -> bool:
    """Told from the text alone, because a few bytes of it can become hundreds in memory."""
    return sum(text.count(mark) for mark in (b"[", b"{", b",")) > _MAX_MARKS


def _tensor_header(body: bytes) -> int:
    """How long a safetensors buffer says that its header is."""
    return int(_TENSOR_HEADER.unpack_from(body)[0])


def frame_size(header: bytes) -> int:
    """How many bytes follow a frame's first four. ProtocolError when that is more than a frame may have."""
    (size,) = struct.unpack("<I", header)
    if not 4 <= size <= MAX_FRAME:
        raise ProtocolError("a frame of impossible size")
    return int(size)


def decode(body: bytes) -> tuple[Any, list[torch.Tensor]]:
    """The tree and the tensors of a frame without its first four bytes. ProtocolError when it is malformed."""
    (size,) = struct.unpack_from("<I", body)
    if size > MAX_JSON or 4 + size > len(body):
        raise ProtocolError("a frame with an impossible text length")
    text, buffer = body[4 : 4 + size], body[4 + size :]
    if _too_many_values(text):
        raise ProtocolError("data too deep or too large")
    try:
        return json.loads(text), _tensors(buffer) if buffer else []
    except (ValueError, RecursionError, SafetensorError, LookupError, RuntimeError, TypeError, struct.error) as error:
        raise ProtocolError(f"malformed frame: {type(error).__name__}") from None


def _tensors(buffer: bytes) -> list[torch.Tensor]:
    if _tensor_header(buffer) > MAX_TENSOR_HEADER:
        raise ProtocolError("too many tensors")
    tensors = load_tensors(buffer)
    return [_checked(tensors[str(i)]) for i in range(len(tensors))]


def _checked(tensor: torch.Tensor) -> torch.Tensor:
    """A tensor that checks can work with: of an ordinary kind, and no larger without its empty dimensions."""
    if tensor.dtype not in _DTYPES or tensor.dim() > MAX_DIMENSIONS:
        raise ProtocolError("a tensor of an impossible kind")
    if math.prod(max(size, 1) for size in tensor.shape) > MAX_FRAME:
        raise ProtocolError("a tensor of an impossible shape")
    return tensor.view(torch.uint8) != 0 if tensor.dtype is torch.bool else tensor
