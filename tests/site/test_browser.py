"""The site in a browser: on a phone, a tablet and a desk, by day and by night."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium (apt-get install chromium)"),
    pytest.mark.slow,
]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PATIENCE = 300_000  # milliseconds for what takes a moment on an idle machine
WIDTHS = (390, 820, 1440)
ONE_OF_EACH = (
    "index",
    "lessons/02_one_hot",
    "mistakes/index",
    "mistakes/02-one-hot",
    "papers",
    "glossary",
    "map",
    "search",
)
EXPLORERS = {"01_plain_vae": 1, "03_conditional_vae": 2, "04_beta": 1, "06_discrete_latents": 1}  # how many


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


def opened(browser: Browser, width: int, scheme: Any = "light") -> Tab:
    """A tab that notes where its pages turn to, in the list `asked`."""
    tab = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    tab.set_default_timeout(PATIENCE)
    return tab


def unfold(tab: Tab) -> None:
    """Open all that is folded, without waiting for code to fade in: half faded in, it has too little contrast."""
    tab.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    tab.evaluate("document.getAnimations().forEach((animation) => animation.finish())")


def address(site: Path, page: str) -> str:
    return (site / f"{page}.html").as_uri()


@pytest.mark.parametrize("width", WIDTHS)
def test_no_request_leaves_and_nothing_sticks_out(site, browser, width):
    tab = opened(browser, width)
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    every = [path.relative_to(site).with_suffix("").as_posix() for path in sorted(site.rglob("*.html"))]
    for page in every if width == min(WIDTHS) else ONE_OF_EACH:
        tab.goto(address(site, page))
        unfold(tab)
        wide = tab.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, page
    assert asked
    assert [url for url in asked if not url.startswith(("data:", site.as_uri()))] == []
    tab.context.close()


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (820, "dark"), (1440, "light")])
def test_axe_finds_nothing(site, browser, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    tab = opened(browser, width, scheme)
    for page in ONE_OF_EACH:
        tab.goto(address(site, page))
        unfold(tab)
        found = Axe().run(tab)
        assert found.violations_count == 0, f"{page}: {found.generate_report()}"
    tab.context.close()


def test_a_symptom_is_found_by_what_people_see(site, browser):
    tab = opened(browser, 390)
    tab.goto(address(site, "mistakes/index"))
    shown = tab.locator("article li:visible")
    everything = shown.count()
    tab.get_by_label("What do you see?").fill("my VAE's KL is zero")
    assert 0 < shown.count() < everything / 10
    assert any("the encoder answers with the prior" in text for text in shown.all_inner_texts())
    tab.get_by_label("What do you see?").fill("")
    assert shown.count() == everything
    tab.context.close()


def test_the_search_finds_the_page_and_offers_the_symptoms(site, browser):
    tab = opened(browser, 820)
    tab.goto(f"{address(site, 'search')}?q=KL+is+zero")
    tab.locator("#search-results li a[href*='mistakes/']").first.wait_for()
    tab.get_by_text("among the symptoms").click()
    tab.wait_for_url("**/mistakes/index.html?q=KL%20is%20zero")
    assert tab.get_by_label("What do you see?").input_value() == "KL is zero"
    tab.context.close()


@pytest.mark.parametrize("lesson", EXPLORERS)
def test_an_explorer_is_turned_by_keyboard(site, browser, lesson):
    from axe_playwright_python.sync_playwright import Axe

    tab = opened(browser, 390, "dark")
    tab.goto(address(site, f"lessons/{lesson}"))
    figures = tab.locator("figure.explorer")
    assert figures.count() == EXPLORERS[lesson]
    for figure in figures.all():
        drawing, caption = figure.locator("svg"), figure.locator("figcaption")
        for field in figure.locator("input, select").all():
            seen = {(drawing.inner_html(), caption.inner_text())}
            field.focus()
            for key in ("Home", "ArrowRight", "End"):
                tab.keyboard.press(key)
                seen.add((drawing.inner_html(), caption.inner_text()))
            assert len(seen) >= 3
            assert drawing.get_attribute("aria-label") == caption.inner_text()
    found = Axe().run(tab, context="figure.explorer")
    assert found.violations_count == 0, found.generate_report()
    tab.context.close()


def test_without_scripts_the_still_picture_stays(site, browser):
    tab = browser.new_context(java_script_enabled=False).new_page()
    tab.goto(address(site, "lessons/04_beta"))
    assert not tab.locator("figure.explorer").is_visible()
    assert tab.locator("xpath=//figure[@class='explorer']/preceding::img[1]").is_visible()
    tab.context.close()


def test_folds_hide_answers_until_they_are_wanted(site, browser):
    tab = opened(browser, 390)
    tab.goto(address(site, "lessons/02_one_hot"))
    answer = tab.locator("details.answer").first
    assert not answer.locator("pre").is_visible()
    answer.locator("summary").click()
    assert answer.locator("pre").is_visible()
    tab.context.close()
