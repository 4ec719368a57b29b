"""The public pages in Chromium: both widths, three languages, no script, no overflow, the keyboard."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from .served import Workspace
from .walker import walking

WIDTHS = (1280, 390)
LANGUAGES = {"ar": "rtl", "fr": "ltr", "en": "ltr"}

IS_TOO_WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
SMALL_TARGETS = """() => [...document.querySelectorAll('nav a, summary, .button')]
    .map(each => [each.textContent.trim(), each.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && box.height < 44).map(([text]) => text)"""
FONTS = "() => document.fonts.ready.then(() => [...document.fonts].filter(f => f.status === 'loaded').length)"
BOXES = """() => [...document.querySelectorAll('.pairs tbody tr:first-child td')]
    .map(cell => [cell.lang, cell.getBoundingClientRect()])"""


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
    # The next page does not wait for the icon of the one before.
    opened.on(
        "requestfailed",
        lambda failed: problems.append(failed.url) if "ERR_ABORTED" not in (failed.failure or "") else None,
    )
    opened.on("response", lambda answer: problems.append(answer.url) if answer.status >= 400 else None)
    yield opened
    context.close()
    assert problems == []


def open_texts(page: Any, workspace: Workspace, lang: str) -> list[str]:
    page.goto(f"{workspace.url}/public/{lang}/")
    found = page.locator(".card h2 a").evaluate_all("links => links.map(link => link.href)")
    assert len(found) >= 7
    return list(found)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_page_at_both_widths(page: Any, workspace: Workspace, lang: str) -> None:
    """Nothing overflows, what can be pressed is large, and the two languages of a text lie as they should."""
    texts = open_texts(page, workspace, lang)
    assert page.evaluate(FONTS) >= 2
    assert "Plex" in page.evaluate("() => getComputedStyle(document.body).fontFamily")
    assert page.evaluate("() => getComputedStyle(document.body).direction") == LANGUAGES[lang]
    assert not any(is_too_wide(page, width) for width in WIDTHS)
    for text in texts:
        page.goto(text)
        closed = page.locator("details:not([open]) > summary")
        while closed.count():
            closed.first.click()
        for width in WIDTHS:
            assert not is_too_wide(page, width), text
            assert page.evaluate(SMALL_TARGETS) == []
            check_columns(dict(page.evaluate(BOXES)), lang, width)


def is_too_wide(page: Any, width: int) -> bool:
    page.set_viewport_size({"width": width, "height": 900})
    return bool(page.evaluate(IS_TOO_WIDE))


def check_columns(boxes: dict[str, dict[str, float]], lang: str, width: int) -> None:
    if not {"ar", "fr"} <= set(boxes):
        return
    if width > 768:  # Arabic to the right of French whatever the language of the page, level with it
        assert boxes["ar"]["left"] >= boxes["fr"]["right"] - 1
        assert boxes["ar"]["top"] == boxes["fr"]["top"]
    else:  # the reader's language first
        first, second = ("ar", "fr") if lang == "ar" else ("fr", "ar")
        assert boxes[first]["bottom"] <= boxes[second]["top"] + 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_page_is_accessible(browser: Any, workspace: Workspace, lang: str) -> None:
    """Under axe, wide and narrow, light and dark: lists with and without finds, texts, what is missing."""
    problems = {}
    with walking(browser, f"{workspace.url}/public/{lang}/", None, "") as walker:
        texts = walker.page.locator(".card h2 a").evaluate_all("links => links.map(link => link.pathname)")
        own = [each.removeprefix(f"/public/{lang}/") for each in texts[:2]]
        answers = dict.fromkeys(["", "?q=qqqq", "words/", *own], 200) | {"nothing/": 404}
        for number, (path, status) in enumerate(answers.items()):
            assert walker.show(path) == status, path
            found = walker.judge(dark_first=number % 2 == 0)
            if found:
                problems[path] = found
    assert problems == {}


def test_the_browser_is_sent_to_its_language(page: Any, workspace: Workspace) -> None:
    page.goto(f"{workspace.url}/public/")
    assert page.url == f"{workspace.url}/public/ar/"


def test_one_can_read_with_the_keyboard_alone(page: Any, workspace: Workspace) -> None:
    page.goto(open_texts(page, workspace, "fr")[0])
    page.keyboard.press("Tab")
    assert "Aller au texte" in page.evaluate("() => document.activeElement.textContent")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.closest('details:not([open])') !== null"):
            break
    before = page.locator("details[open]").count()
    page.keyboard.press("Enter")
    assert page.locator("details[open]").count() == before + 1


def test_switching_the_language_stays_on_the_text(page: Any, workspace: Workspace) -> None:
    text = open_texts(page, workspace, "fr")[0]
    page.goto(text)
    page.get_by_role("link", name="English").click()
    assert page.url == text.replace("/fr/", "/en/")


def test_downloads_have_their_names(page: Any, workspace: Workspace) -> None:
    page.goto(open_texts(page, workspace, "en")[0])
    with page.expect_download() as download:
        page.locator("details[open] .button").first.click()
    assert re.fullmatch(r"[0-9a-f-]{36}\.tlog-proof", download.value.suggested_filename)


def test_print_shows_no_navigation(page: Any, workspace: Workspace) -> None:
    page.goto(open_texts(page, workspace, "fr")[0])
    page.emulate_media(media="print")
    assert not page.locator(".band nav").is_visible()
    assert page.locator(".proof").is_visible()


def test_zoomed_to_twice_the_size(page: Any, workspace: Workspace) -> None:
    page.set_viewport_size({"width": 640, "height": 450})  # 1280 x 900 at 200 %
    for lang in LANGUAGES:
        page.goto(open_texts(page, workspace, lang)[0])
        assert not page.evaluate(IS_TOO_WIDE)
