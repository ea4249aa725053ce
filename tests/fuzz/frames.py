"""Frames that a hostile worker might send: real replies, changed in their JSON, tensors, header and lengths."""

from __future__ import annotations

import json
import random
import struct
from collections.abc import Callable
from typing import Any

import torch

from grader.worker import wire

ATOMS: list[Any] = [
    *(None, True, False, 0, 1, -1, 2**31, 2**53, 2**63 - 1, -(2**63), 2**63, 2**64, 10**400, -(10**4000)),
    *(0.0, -0.0, 1e308, 5e-324, float("nan"), float("inf"), float("-inf")),
    *("", "x", "NaN", "\ud800", "\udc80\ud800", "\x00", "a\nb", "‮", "é" * 50, "[red]", "<script>", "x" * 3000),
    *([], {}, [[]], {"": {}}, {"tuple": []}, {"dict": []}, {"dict": [[float("nan"), 1]] * 3}, {"tensor": 0}),
    *({"tensor": 0, "graph": True}, {"tensor": -1, "graph": False}, {"tensor": True, "graph": 1}),
    *({"handle": 0, "type": "VAE"}, {"handle": -(2**70), "type": "\n" * 200}, {"handle": "0", "type": None}),
    *({"dict": [[{"tuple": []}, 1]]}, {"dict": [[[], 1]]}, {"dict": [[1, 2, 3]]}, {"dict": {"a": 1}}),
    *({"tuple": [], "dict": []}, {"pickle": "gASVAAAA"}, {"value": 1}, {"raised": {}}, {"to": 1}),
]
TOKENS = ["1e999", "-1e999", "NaN", "Infinity", "1" * 400, "1" * 5000, "0x10", "1_000", "01", "[" * 60, "{" * 60]
TOKENS += ['{"a":' * 40, "]" * 5, '"\\ud800"', '"\\u0000"', '"\\x"', "'a'", "nul", "//", ",", ",,", '"to":1,', "\ufeff"]
DTYPES = ["BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F4", "F6_E2M3", "I16", "U16", "F16", "BF16", "I32"]
DTYPES += ["U32", "F32", "C64", "F64", "I64", "U64", "PY", "x"]
SIZES: list[Any] = [0, 1, 2, 3, 7, 784, 2**20, 2**31, 2**32, 2**62, 2**63, 2**64, 10**30, -1, 1.5, "3", None, [1], True]


def real_replies() -> list[tuple[Any, list[torch.Tensor]]]:
    """What an honest servant sends: data of all kinds, and exceptions."""
    values: list[Any] = [
        *(None, 3.5, "text", [1, 2, {"a": (1.0, None)}], torch.ones(3, 4), torch.tensor(2.0, requires_grad=True)),
        (torch.zeros(5, 7), torch.arange(6).reshape(2, 3), torch.tensor([True, False])),
        {"losses": [1.0, 0.5], "weights": {0: torch.zeros(0, 3), "b": torch.ones(2).double()}},
        [[float(i) for i in range(20)], {"k": torch.ones(2, 2).half()}, torch.nn.Identity()],
    ]
    replies = []
    for value in values:
        tree, tensors = wire.pack(value, lambda other: wire.Handle(3, type(other).__name__))
        replies.append(({"value": tree}, tensors))
    frames = [["vae", 3, "return x"], ["", 1, "y"]]
    raised = [
        {"type": kind, "message": "a\nmessage", "frames": frames}
        for kind in ("ValueError", "NotImplementedError", "SystemExit", "SyntaxError")
    ]
    lacks = [{"kind": kind, "name": name, "given": "int"} for kind, name in (("name", "f"), ("callable", ""))]
    return replies + [({"raised": error}, []) for error in raised] + [({"lacks": one}, []) for one in lacks]


class Mutator:
    """Makes frames that answer question `number`, nearly. The same `random` gives the same frames."""

    def __init__(self, choices: random.Random) -> None:
        self.random = choices
        self._replies = [(tree, wire.encode(None, tensors)[12:]) for tree, tensors in real_replies()]

    def frame(self, number: int) -> bytes:
        """One frame, from its length on. Few are honest; most have one to three things wrong."""
        reply, buffer = self.random.choice(self._replies)
        tree: Any = {"to": number, "reply": reply}
        wrong = self.random.choices((self.tree, self.text, self.tensors, self.lengths, None), (6, 3, 4, 1, 1), k=1)[0]
        if wrong == self.tree:
            for _ in range(self.random.choice((1, 1, 1, 2, 3))):
                tree = self.tree(tree)
        elif wrong == self.tensors:
            buffer = self.tensors(buffer)
        text = dumped(tree)
        if wrong == self.text:
            text = self.text(text)
        size, total = len(text), 4 + len(text) + len(buffer)
        if wrong == self.lengths:
            size, total = self.lengths(size), self.lengths(total)
        return struct.pack("<II", total % 2**32, size % 2**32) + text + buffer

    def tree(self, tree: Any) -> Any:
        """The tree with one of its nodes replaced, doubled, wrapped, emptied or dropped."""
        changed = _copied(tree)
        holder, key = self._place(changed)
        if holder is None or self.random.random() < 0.02:
            return self._atom()
        change: Callable[[Any], Any] = self.random.choice(
            (lambda old: self._atom(),) * 4 + (self._wrapped, self._repeated, lambda old: [old, old], self._retyped)
        )
        if self.random.random() < 0.1:
            del holder[key]
        else:
            holder[key] = change(holder[key])
        if type(holder) is dict and self.random.random() < 0.1:
            holder[self.random.choice(("extra", "tuple", "to", "graph", "\ud800"))] = self._atom()
        return changed

    def _place(self, tree: Any) -> tuple[Any, Any]:
        """A place below the root, found by going down at random: what holds it, and its key or index there."""
        holder = key = None
        while type(tree) in (dict, list) and tree and (holder is None or self.random.random() < 0.8):
            holder, key = (
                tree,
                self.random.choice(list(tree)) if type(tree) is dict else self.random.randrange(len(tree)),
            )
            tree = holder[key]
        return holder, key

    def _atom(self) -> Any:
        return self.random.choice(ATOMS)

    def _wrapped(self, old: Any) -> Any:
        """Deep: around the limit of depth, and sometimes far beyond what JSON text may be."""
        for _ in range(self.random.choice((1, 2, wire.MAX_DEPTH - 3, wire.MAX_DEPTH + 1, 60))):
            old = self.random.choice(([old], {"tuple": [old]}, {"dict": [[0, old]]}))
        return old

    def _repeated(self, old: Any) -> Any:
        count = self.random.choice((2, 5, 20)) if self.random.random() < 0.99 else self.random.choice((1000, 20_000))
        return [old] * count if self.random.random() < 0.5 else {"dict": [[key, old] for key in range(count)]}

    def _retyped(self, old: Any) -> Any:
        if type(old) is dict:
            return list(old.items())
        return {"tuple": old} if type(old) is list else str(old)

    def text(self, text: bytes) -> bytes:
        """The JSON text cut, flipped, with a token in it, in another encoding, or doubled."""
        at = self.random.randrange(len(text) + 1)
        end = min(len(text), at + self.random.choice((0, 1, 5)))
        match self.random.randrange(7):
            case 0:
                return text[:at]
            case 1 | 2 | 3:
                return text[:at] + self.random.choice(TOKENS).encode() + text[end:]
            case 4:
                return text[:at] + self.random.randbytes(self.random.choice((1, 2, 8))) + text[end:]
            case 5:
                return text.decode().encode(self.random.choice(("utf-16", "utf-32", "utf-16-be", "utf-8-sig")))
        return text + text[:at]

    def tensors(self, buffer: bytes) -> bytes:
        """A safetensors buffer with a changed header, header length or data."""
        entries = {"0": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}
        data = b"\x02" * 8
        if buffer:
            end = 8 + int(struct.unpack_from("<Q", buffer)[0])
            entries, data = json.loads(buffer[8:end]), buffer[end:]
        header = self._header(entries)
        if self.random.random() < 0.1:
            header = self.text(header)
        length = self.lengths(len(header)) if self.random.random() < 0.15 else len(header)
        if self.random.random() < 0.1:
            data = self.random.choice((b"", data + b"\0", data[:-1], data * 2, b"\xff" * len(data)))
        return struct.pack("<Q", length % 2**64) + header + data

    def _header(self, entries: dict[str, Any]) -> bytes:
        name = self.random.choice(list(entries))
        entry = entries[name] if isinstance(entries[name], dict) else {}
        pick = self.random.choice
        match self.random.randrange(9):
            case 0:
                entry["dtype"] = pick((*DTYPES, None, 3, ["F32"]))
            case 1:
                entry["shape"] = [pick(SIZES) for _ in range(pick((0, 1, 2, 3, 70)))]
            case 2:
                entry["shape"] = [0, *(2 ** pick((1, 31, 62)) for _ in range(pick((1, 2, 5))))]
            case 3:
                entry["data_offsets"] = [pick(SIZES) for _ in range(pick((1, 2, 2, 2, 3)))]
            case 4:
                entries[pick(("1", "7", "-1", "00", "", "__metadata__", "\ud800", "x" * 999))] = entry
            case 5:
                entries[name] = self._atom()
            case 6:
                entries = {str(i): {"dtype": "U8", "shape": [0], "data_offsets": [0, 0]} for i in range(pick((1, 300)))}
            case 7:
                entries["__metadata__"] = {str(i): "" for i in range(pick((1, 300)))}
            case _:
                return dumped(self.tree(entries))
        return dumped(entries)

    def lengths(self, honest: int) -> int:
        return self.random.choice((0, 1, 3, 4, honest - 1, honest + 1, honest * 2, 2**31, 2**32 - 1, 2**62, 2**64 - 1))


def dumped(tree: Any) -> bytes:
    """JSON text; what Python will not write (whole numbers of thousands of digits, deep nesting) becomes a token."""
    try:
        return json.dumps(tree, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        return b"1" * 5000


def giants() -> list[bytes]:
    """Bodies whose text is small for what it becomes in memory, each as large as a frame may be."""
    room = wire.MAX_JSON
    texts = [
        *(b"[" + piece * (room // len(piece) - 1) + b"0]" for piece in (b"[],", b"{},", b"1,", b"1e9,", b'{"":1},')),
        b"[" + b'"\\u1000",' * 80_000 + b"0]",
        b"[" + (b"1" * 4200 + b",") * 900 + b"0]",
        b"[" * room,
        b"{" + b",".join(b'"%x":[]' % i for i in range(190_000)) + b"}",
    ]
    bodies = [struct.pack("<I", len(text)) + text for text in texts]
    entry = b'"%d":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}'
    for header in (
        b"{" + b",".join(entry % i for i in range(18_000)) + b"}",
        b"{" + b",".join(entry % i for i in range(100_000)) + b"}",
        b'{"0":{"dtype":"F32","shape":[' + b"1," * 400_000 + b'1],"data_offsets":[0,4]}}',
        b'{"0":{"dtype":"F32","shape":[' + b"1," * 5_000_000 + b'1],"data_offsets":[0,4]}}',
    ):
        bodies.append(struct.pack("<I", 2) + b"{}" + struct.pack("<Q", len(header)) + header + b"\0" * 4)
    plain = struct.pack("<I", 2) + b"{}"
    return [*bodies, plain + b"\xff" * (wire.MAX_FRAME - len(plain))]


def _copied(tree: Any) -> Any:
    if type(tree) is dict:
        return {key: _copied(value) for key, value in tree.items()}
    return [_copied(item) for item in tree] if type(tree) is list else tree
