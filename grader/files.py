"""Files that are either as they were or as they are to be, never half-written."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

_DRAFT = ".part"


def write_if_changed(path: Path, content: bytes) -> None:
    """Make `content` the content of `path`: a new file beside it, on the disk, then renamed into its place."""
    with suppress(OSError):
        if path.is_file() and not path.is_symlink() and path.read_bytes() == content:
            return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}{_DRAFT}")
    try:
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def remove_drafts(folder: Path) -> None:
    """Remove what writers that were killed have left in `folder` and below. Nobody may be writing there."""
    for draft in folder.rglob(f".*{_DRAFT}"):
        draft.unlink(missing_ok=True)
