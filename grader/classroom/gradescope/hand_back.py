#!/usr/bin/env python3
"""Hands back a result that was reached elsewhere: Gradescope's `run_autograder`, for whatever Python is there."""

import json
import shutil
import sys
from pathlib import Path


def main(root: Path) -> None:
    """Copy the result of this submission, which goes by its number, to where Gradescope looks."""
    number = int(json.loads((root / "submission_metadata.json").read_text("utf-8"))["id"])
    result = root / "source" / "results" / f"{number}.json"
    if not result.is_file():
        sys.exit(f"Submission {number} was not graded yet. Grade a new export, and upload what `grader export` writes.")
    shutil.copyfile(result, root / "results" / "results.json")


if __name__ == "__main__":
    main(Path(__file__).resolve().parent)
