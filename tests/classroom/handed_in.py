"""What classes hand in, in folders and archives, and what `discover` makes of it."""

import io
import zipfile
from pathlib import Path

from grader.classroom.discover import Discovery

KNOWN = ("01_plain_vae", "02_one_hot")
LESSON = "01_plain_vae"


def lesson_of(path: Path) -> str:
    """Of a notebook as these tests have them: its text is its lesson, "{}" the first."""
    if path.parent.name in KNOWN:
        return path.parent.name
    text = path.read_text().strip() or "{}"
    if text in ("{}", "new", "old", *KNOWN):
        return text if text in KNOWN else LESSON
    raise ValueError(f"It is {text[:20]}.")


def put(root: Path, *names: str, text: str = "{}") -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def archive(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in members.items():
            file.writestr(zipfile.ZipInfo(name), text)
    return path


def zipped(members: dict[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return made.getvalue()


def rows(found: Discovery) -> list[tuple[str, str | None]]:
    return [(one.student, one.lesson) for one in found.submissions]


def reasons(found: Discovery) -> dict[str, str]:
    return {item.name: item.reason for item in found.skipped}
