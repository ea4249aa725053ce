"""What is missing in a lesson's table of exercises, beside its script: a sentence for each gap."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

LEVELS = 3


def gaps(table: Path, lesson: str, exercises: list[str]) -> list[str]:
    """Compares the table (a TOML file) with the exercises of the lesson's script, in their order."""
    if not table.is_file():
        return [f"{table}: the lesson has no table of exercises yet"]
    try:
        content = tomllib.loads(table.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        return [f"{table}: {error}"]
    entries: dict[str, Any] = content.get("exercises", {})
    found = [] if content.get("lesson") == lesson else [f'has to begin with lesson = "{lesson}"']
    found += [f"no entry [exercises.{name}]" for name in exercises if name not in entries]
    found += [f"[exercises.{name}] is not an exercise of the script" for name in entries if name not in exercises]
    if not found and list(entries) != exercises:
        found.append(f"the entries are not in the script's order: {', '.join(exercises)}")
    for name, entry in entries.items():
        found += [f"[exercises.{name}] {gap}" for gap in _gaps_of(entry, exercises)]
    return [f"{table}: {gap}" for gap in found]


def _gaps_of(entry: dict[str, Any], exercises: list[str]) -> list[str]:
    found = [f"has no {key}" for key in ("title", "builds_on", "hints") if key not in entry]
    hints = [hint for hint in entry.get("hints", []) if isinstance(hint, str) and hint.strip()]
    if "hints" in entry and len(hints) != LEVELS:
        found.append(f"has {len(hints)} hints, not {LEVELS}")
    unknown = [name for name in entry.get("builds_on", []) if name not in exercises]
    if unknown:
        found.append(f"builds on {', '.join(unknown)}, which the script does not have")
    return found


def unknown_in_slips(table: Path, checks: Mapping[str, Iterable[str]], ideas: Collection[str]) -> list[str]:
    """What the table's slips name that is no misconception of the lesson, or no check of the exercise."""
    found = []
    for exercise, entry in tomllib.loads(table.read_text("utf-8"))["exercises"].items():
        for slip, spoilt in entry.get("slips", {}).items():
            place = f"{table}: [exercises.{exercise}.slips] {slip}"
            found += [f"{place}: no misconception has this name"] * (slip not in ideas)
            found += [f"{place}: there is no check {name}" for name in sorted(set(spoilt) - set(checks[exercise]))]
    return found
