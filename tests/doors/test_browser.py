"""What a student sees: the card of a check in JupyterLab, in a real browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium (apt-get install chromium)")

WRONG = "def kl_divergence(mu, log_var):\n    return (log_var.exp() + mu.square() - 1 - log_var).sum(dim=1)"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A JupyterLab with one notebook, as `python course.py lab` opens it; its address."""
    folder = tmp_path_factory.mktemp("lab")
    notebook = nbformat.v4.new_notebook()
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook.cells = [
        nbformat.v4.new_code_cell("from grader import check\n" + WRONG),
        nbformat.v4.new_code_cell('check("kl_divergence")'),
        nbformat.v4.new_code_cell(WRONG.replace("return ", "return 0.5 * ")),
        nbformat.v4.new_code_cell('check("kl_divergence")'),
    ]
    nbformat.write(notebook, folder / "lesson.ipynb")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"]
    command += ["--IdentityProvider.token=", f"--ServerApp.root_dir={folder}", "--LabApp.news_url="]
    own = {"VAELAB_PROGRESS": str(folder / "progress.json"), "JUPYTER_CONFIG_DIR": str(folder / "config")}
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | own, cwd=folder)
    try:
        _wait_for(f"http://127.0.0.1:{port}/api", server, folder / "log")
        yield f"http://127.0.0.1:{port}/lab/tree/lesson.ipynb"
    finally:
        server.terminate()
        server.wait()


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            time.sleep(0.3)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text()}")


def test_the_card_is_shown_in_jupyterlab(lab: str, tmp_path: Path) -> None:
    from playwright.sync_api import expect, sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.goto(lab)
        page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)
        page.wait_for_selector("text=| Idle", timeout=60_000)
        page.locator(".jp-CodeCell .cm-content").first.click()
        for _ in range(4):
            page.keyboard.press("Shift+Enter")
        cards = page.locator(".jp-OutputArea-output h3, .jp-OutputArea-output h4").filter(has_text="KL divergence")
        expect(cards).to_have_count(2, timeout=60_000)
        outputs = page.locator(".jp-OutputArea-output")
        expect(outputs.first).to_contain_text("failed")
        expect(outputs.first).to_contain_text("½")
        expect(outputs.last).to_contain_text("passed")
        page.screenshot(path=tmp_path / "lab.png")
        browser.close()
