"""Formulas in the words of mathematics, as they stand in a sentence."""

from __future__ import annotations

import math
from collections.abc import Iterable

from grader.checks.kit.formulas import Expr

_GIVEN = {
    "mu": "μ",
    "log_var": "log σ²",
    "sigma": "σ",
    "noise": "ε",
    "x_hat": "x̂",
    "beta": "β",
    "gamma": "γ",
    "eta": "η",
    "lam": "λ",
    "x": "x",
    "u": "u",
    "z": "z",
    "h_labels": "H(labels)",
    "h_clusters": "H(clusters)",
    "h_both": "H(labels, clusters)",
}
_KNOWN = {  # what is usually written in another way
    "exp(log σ²)": "σ²",
    "exp(log σ² / 2)": "σ",
    "exp(½ · log σ²)": "σ",
    "(log σ²)²": "log² σ²",
}
_NUMBERS = {0.5: "½", math.log(2 * math.pi): "log 2π", math.log(2): "log 2", math.pi: "π", math.pi * 2: "2π"}
_FUNCTIONS = {"maximum": "max", "minimum": "min", "atanh": "artanh", "atan": "arctan"}
_LONG = 60
_SUM, _PRODUCT, _ATOM = range(3)

CALLED = {
    "exp": "the exponential",
    "log": "the logarithm",
    "square": "the square",
    "sqrt": "the root",
    "abs": "the absolute value",
    "maximum": "the larger of it and the bound",
    "minimum": "the smaller of it and the bound",
}


def written(expr: Expr) -> str:
    """The formula on one line: `½ · (μ² + σ² − 1 − log σ²)`."""
    return _written(expr)[0]


def short(expr: Expr) -> str:
    """The formula if it is short, else how it begins and ends."""
    text = written(expr)
    if len(text) <= _LONG:
        return text
    words = text.split(" ")
    return f"{_words(words, _LONG // 2)} … {_words(words[::-1], _LONG // 3, backwards=True)}"


def _words(words: list[str], width: int, backwards: bool = False) -> str:
    """The first of these words, so many signs or one word at least."""
    taken = words[:1]
    for word in words[1:]:
        if len(" ".join([*taken, word])) > width:
            break
        taken.append(word)
    return " ".join(taken[::-1] if backwards else taken)


def listed(words: Iterable[str]) -> str:
    """`images`, `images and latents`."""
    return " and ".join(words)


def over(expr: Expr) -> str:
    """What a sum or mean runs over: ` over the latents`; empty where there is nothing to run over."""
    _, axis, _ = expr.data
    inside = expr.parts[0].axes
    names = inside if axis is None else inside[axis : axis + 1] if axis >= 0 else inside[axis:][:1]
    return f" over the {listed(names)}" if names else ""


def number(value: float) -> str:
    """A number as it is usually written: ½, 2, log 2π."""
    for known, text in _NUMBERS.items():
        if math.isclose(abs(value), known):
            return f"−{text}" if value < 0 else text
    return f"{value:.6g}".replace("-", "−")


def _written(expr: Expr) -> tuple[str, int]:
    """The text, and how tightly it holds together."""
    match expr.kind:
        case "given":
            return _GIVEN.get(expr.data[0], f"`{expr.data[0]}`"), _ATOM
        case "number":
            return number(expr.data[0]), _ATOM
        case "sum":
            return _chain(expr, {1: " + ", -1: " − "}, {1: "", -1: "−"}, _PRODUCT), _SUM
        case "product":
            return _chain(expr, {1: " · ", -1: " / "}, {1: "", -1: "1 / "}, _ATOM), _PRODUCT
        case "same":
            return _written(expr.parts[0])
        case "size":
            return f"the number of {expr.parts[0].axes[expr.data[0]]}", _ATOM
        case "reduce":
            sign = "Σ" if expr.data[0] == "sum" else "mean"
            names = over(expr).removeprefix(" over the ")
            return f"{sign}{f'[{names}]' if names else ''}({written(expr.parts[0])})", _ATOM
    return _function(expr)


def _chain(expr: Expr, between: dict[int, str], first: dict[int, str], tight: int) -> str:
    text = ""
    for number, (part, sign) in enumerate(zip(expr.parts, expr.data, strict=True)):
        inside, held = _written(part)
        text += (between if number else first)[sign] + (inside if held >= tight else f"({inside})")
    return text


def _function(expr: Expr) -> tuple[str, int]:
    function = expr.data[0]
    inside, held = _written(expr.parts[0])
    if function == "square":
        text = f"{_held(inside, held)}²"
    elif function == "sqrt":
        text = f"√{_held(inside, held)}"
    elif function == "abs":
        text = f"|{inside}|"
    else:
        text = f"{_FUNCTIONS.get(function, function)}({', '.join(map(written, expr.parts))})"
    return _KNOWN.get(text, text), _ATOM


def _held(inside: str, held: int) -> str:
    return inside if held == _ATOM and " " not in inside else f"({inside})"
