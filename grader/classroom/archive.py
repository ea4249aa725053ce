"""Zip archives for other systems: the same files give the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping


def zipped(files: Mapping[str, bytes], programs: Collection[str] = ()) -> bytes:
    """An archive of these files, by their names in it. `programs` are those that may be executed."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o100755 if name in programs else 0o100644) << 16
            archive.writestr(info, content)
    return made.getvalue()
