"""The public pages in Chromium: both widths, three languages, no script, no overflow, the keyboard.

With ``MITHAQ_SCREENSHOTS`` set to a folder, the pictures are kept there.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

WIDTHS = (1280, 390)
LANGUAGES = {"ar": "rtl", "fr": "ltr", "en": "ltr"}

IS_TOO_WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
SMALL_TARGETS = """() => [...document.querySelectorAll('nav a, summary, .button')]
    .map(each => [each.textContent.trim(), each.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && box.height < 44).map(([text]) => text)"""
FONTS = "() => document.fonts.ready.then(() => [...document.fonts].filter(f => f.status === 'loaded').length)"
BOXES = """() => [...document.querySelectorAll('.pairs tbody tr:first-child td')]
    .map(cell => [cell.lang, cell.getBoundingClientRect()])"""

pytestmark = pytest.mark.xdist_group("e2e")


@pytest.fixture
def page(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page without scripts, which fails the test on anything that the browser complains about."""
    context = browser.new_context(java_script_enabled=False, locale="ar-MA")
    opened = context.new_page()
    problems: list[str] = []
    opened.on(
        "console",
        lambda message: problems.append(message.text) if message.type in ("error", "warning") else None,
    )
    opened.on("requestfailed", lambda failed: problems.append(failed.url))
    opened.on("response", lambda answer: problems.append(answer.url) if answer.status >= 400 else None)
    yield opened
    context.close()
    assert problems == []


def keep(page: Any, name: str) -> None:
    data = page.screenshot(full_page=True)
    assert len(data) > 10_000
    folder = os.environ.get("MITHAQ_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        (Path(folder) / f"{name}.png").write_bytes(data)


def open_texts(page: Any, address: str, lang: str) -> list[str]:
    page.goto(f"{address}/public/{lang}/", wait_until="networkidle")
    found = page.locator(".card h2 a").evaluate_all("links => links.map(link => link.href)")
    assert len(found) == 7
    return list(found)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
class TestEachPage:
    def test_nothing_overflows(self, page: Any, addresses: tuple[str, str], lang: str, width: int) -> None:
        page.set_viewport_size({"width": width, "height": 900})
        texts = open_texts(page, addresses[0], lang)
        assert not page.evaluate(IS_TOO_WIDE)
        keep(page, f"list-{lang}-{width}")
        for number, text in enumerate(texts):
            page.goto(text, wait_until="networkidle")
            closed = page.locator("details:not([open]) > summary")
            while closed.count():
                closed.first.click()
            assert not page.evaluate(IS_TOO_WIDE), text
            assert page.evaluate(SMALL_TARGETS) == []
            keep(page, f"text-{number}-{lang}-{width}")

    def test_direction_and_columns(
        self, page: Any, addresses: tuple[str, str], lang: str, width: int
    ) -> None:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(open_texts(page, addresses[1], lang)[0], wait_until="networkidle")
        assert page.evaluate("() => getComputedStyle(document.body).direction") == LANGUAGES[lang]
        boxes = dict(page.evaluate(BOXES))
        if width > 768:  # Arabic to the right of French whatever the language of the page, level with it
            assert boxes["ar"]["left"] >= boxes["fr"]["right"] - 1
            assert boxes["ar"]["top"] == boxes["fr"]["top"]
        else:  # the reader's language first
            first, second = ("ar", "fr") if lang == "ar" else ("fr", "ar")
            assert boxes[first]["bottom"] <= boxes[second]["top"] + 1

    def test_own_fonts_are_used(self, page: Any, addresses: tuple[str, str], lang: str, width: int) -> None:
        open_texts(page, addresses[0], lang)
        assert page.evaluate(FONTS) >= 2
        assert "Plex" in page.evaluate("() => getComputedStyle(document.body).fontFamily")


def test_the_browser_is_sent_to_its_language(page: Any, addresses: tuple[str, str]) -> None:
    page.goto(f"{addresses[0]}/public/")
    assert page.url == f"{addresses[0]}/public/ar/"


def test_one_can_read_with_the_keyboard_alone(page: Any, addresses: tuple[str, str]) -> None:
    page.goto(open_texts(page, addresses[0], "fr")[0], wait_until="networkidle")
    page.keyboard.press("Tab")
    assert "Aller au texte" in page.evaluate("() => document.activeElement.textContent")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.closest('details:not([open])') !== null"):
            break
    before = page.locator("details[open]").count()
    page.keyboard.press("Enter")
    assert page.locator("details[open]").count() == before + 1


def test_switching_the_language_stays_on_the_text(page: Any, addresses: tuple[str, str]) -> None:
    text = open_texts(page, addresses[0], "fr")[0]
    page.goto(text)
    page.get_by_role("link", name="English").click()
    assert page.url == text.replace("/fr/", "/en/")


def test_downloads_have_their_names(page: Any, addresses: tuple[str, str]) -> None:
    page.goto(open_texts(page, addresses[0], "en")[0])
    with page.expect_download() as download:
        page.locator("details[open] .button").first.click()
    assert re.fullmatch(r"[0-9a-f-]{36}\.tlog-proof", download.value.suggested_filename)


def test_print_shows_no_navigation(page: Any, addresses: tuple[str, str]) -> None:
    page.goto(open_texts(page, addresses[0], "fr")[0], wait_until="networkidle")
    page.emulate_media(media="print")
    assert not page.locator(".band nav").is_visible()
    assert page.locator(".proof").is_visible()


def test_zoomed_to_twice_the_size(page: Any, addresses: tuple[str, str]) -> None:
    page.set_viewport_size({"width": 640, "height": 450})  # 1280 x 900 at 200 %
    for lang in LANGUAGES:
        page.goto(open_texts(page, addresses[0], lang)[0], wait_until="networkidle")
        assert not page.evaluate(IS_TOO_WIDE)
