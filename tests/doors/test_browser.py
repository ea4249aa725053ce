"""What a student sees: the card of a check in JupyterLab, in a real browser."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from grader.course.catalogue import lesson_ids
from grader.course.folders import COURSE
from grader.doors import lab as start
from grader.doors.progress import Record
from tests.waiting import PATIENCE, wait_until

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium (apt-get install chromium)"),
    pytest.mark.slow,
]

WRONG = "def kl_divergence(mu, log_var):\n    return (log_var.exp() + mu.square() - 1 - log_var).sum(dim=1)"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """JupyterLab as `python course.py lab` opens it, on a course of one small notebook; its address."""
    import nbformat

    folder = tmp_path_factory.mktemp("lab")
    notebook = nbformat.v4.new_notebook()
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook.cells = [
        nbformat.v4.new_code_cell("from grader import check\n" + WRONG),
        nbformat.v4.new_code_cell('check("kl_divergence")'),
        nbformat.v4.new_code_cell(WRONG.replace("return ", "return 0.5 * ")),
        nbformat.v4.new_code_cell('check("kl_divergence")'),
    ]
    course = replace(COURSE, lessons=folder / "lessons")
    course.own(lesson_ids()[0]).parent.mkdir(parents=True)
    nbformat.write(notebook, course.own(lesson_ids()[0]))
    options = ["--no-browser", "--port=0", "--IdentityProvider.token="]
    command = start.command(Record(), options, is_root=os.geteuid() == 0, folders=course)
    own = {"VAELAB_PROGRESS": str(folder / "progress.json"), "JUPYTER_CONFIG_DIR": str(folder / "config")}
    own["JUPYTER_RUNTIME_DIR"] = str(folder / "runtime")
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env=start.environment() | own, cwd=folder)
    try:
        yield _address(server, folder)
    finally:
        server.terminate()
        server.wait()


def _address(server: subprocess.Popen[bytes], folder: Path) -> str:
    """Where the server is, once it answers."""
    told = folder / "runtime" / f"jpserver-{server.pid}.json"
    answered: list[str] = []

    def answers() -> bool:
        with suppress(OSError, ValueError):
            address = str(json.loads(told.read_text())["url"])
            urllib.request.urlopen(f"{address}api", timeout=PATIENCE).close()
            answered.append(address)
        return bool(answered)

    wait_until(lambda: answers() or server.poll() is not None)
    assert answered, f"JupyterLab did not start:\n{(folder / 'log').read_text()}"
    return answered[0]


def test_the_card_is_shown_in_jupyterlab(lab: str, tmp_path: Path) -> None:
    from playwright.sync_api import expect, sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.set_default_timeout(1000 * PATIENCE)
        expect.set_options(timeout=1000 * PATIENCE)
        page.goto(lab)
        page.wait_for_selector(".jp-Notebook .jp-CodeCell")
        page.wait_for_selector("text=| Idle")
        page.locator(".jp-CodeCell .cm-content").first.click()
        for _ in range(4):
            page.keyboard.press("Shift+Enter")
        cards = page.locator(".jp-OutputArea-output h3, .jp-OutputArea-output h4").filter(has_text="KL divergence")
        expect(cards).to_have_count(2)
        outputs = page.locator(".jp-OutputArea-output")
        expect(outputs.first).to_contain_text("failed")
        expect(outputs.first).to_contain_text("½")
        expect(outputs.last).to_contain_text("passed")
        for words in ("Jupyter news", "Formgrader", "Validate"):  # what JupyterLab and nbgrader would add
            expect(page.get_by_text(words)).to_have_count(0)
        page.screenshot(path=tmp_path / "lab.png")
        browser.close()
