"""`grader site`: the course as a website."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.doors.speaking import stop

_OUT = typer.Option("--out", help="The folder to make it in; a site that is there is replaced.")


def site(out: Annotated[Path, _OUT] = Path("site")) -> None:
    """Build the course's website: lessons to read, what goes wrong and why, glossary, papers, map.

    Exits with 2 where something of it is not as it should be, such as a formula that no page can show; the folder
    stays as it was.
    """
    from grader.authoring.errors import BuildError
    from grader.site.build import build

    try:
        pages = build(out)
    except BuildError as error:
        stop(str(error))
    typer.echo(f"{pages} pages. Open {out / 'index.html'}")
