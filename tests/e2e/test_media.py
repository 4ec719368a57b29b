"""The patterns of pages as some people need them: large, in colours of their own, on paper.

Zoom to 200 % on 1280 px leaves 640 CSS px, to 400 % 320 (WCAG 1.4.4, 1.4.10); 1.4.12 asks for wider spacing.
"""

from typing import Any

from .served import Workspace
from .test_workspace_pages import by_language
from .walker import OVERFLOW, Walker, walking

PATTERNS = (
    "home", "agreements-list", "agreements-detail", "directory-new", "agreements-text", "agreements-diff",
    "agreements-timeline", "agreements-proof", "outgoing-preview", "journal", "calendar", "roadmap-detail",
)  # fmt: skip
"""Home, list, detail, form, two columns, comparison, timeline, proof, preview; and the widest tables."""

ZOOMED = (640, 320)
A4_PX = 688
"""Width of the text on A4: 210 mm less 14 mm at each side, at 96 px an inch."""

SPACE_OUT = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; '
        + 'word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }');
    document.adoptedStyleSheets = [sheet];
}"""
TIGHTEN = "() => { document.adoptedStyleSheets = []; }"
TELL = "each => each.outerHTML.slice(0, 120)"
CUT = """() => [...document.querySelectorAll('main :is(h1, h2, p, li, dd, td, th), .btn')]
    .filter(each => getComputedStyle(each).overflowX === 'hidden' && each.scrollWidth > each.clientWidth + 1)
    .map(TELL)"""
UNMARKED = """() => [...document.querySelectorAll('[aria-current]')].filter(each => each.checkVisibility())
    .filter(each => getComputedStyle(each).outlineStyle === 'none').map(TELL)"""
UNFRAMED = """() => [...document.querySelectorAll('.btn, .state, .count, input, select, textarea')]
    .filter(each => each.checkVisibility() && getComputedStyle(each).appearance === 'none')
    .filter(each => getComputedStyle(each).borderTopStyle === 'none').map(TELL)"""
PRINTED_TOO = """() => [...document.querySelectorAll('nav, .side, .tabs, .btn, .filters, .search, .account')]
    .filter(each => each.checkVisibility()).map(TELL)"""
MAY_BREAK = """() => [...document.querySelectorAll('main tr')]
    .filter(each => getComputedStyle(each).breakInside !== 'avoid').map(TELL)"""
SCROLLS = """() => [...document.querySelectorAll('main *')]
    .filter(each => ['auto', 'scroll', 'hidden'].includes(getComputedStyle(each).overflowX))
    .filter(each => each.checkVisibility() && each.clientWidth > 1 && each.scrollWidth > each.clientWidth + 1)
    .map(TELL)"""


def ask(walker: Walker, question: str) -> list[str]:
    """The elements that a question finds."""
    return list(walker.page.evaluate(question.replace("TELL", TELL)))


def paths_of(workspace: Workspace) -> list[str]:
    return [workspace.example(name) for name in PATTERNS]


def walk(browser: Any, workspace: Workspace, lang: str) -> Any:
    return walking(browser, f"{workspace.url}/{lang}/", workspace.cookies["officer"], "account/preferences/")


@by_language
def test_nothing_is_lost_when_zoomed_or_spaced_out(browser: Any, workspace: Workspace, lang: str) -> None:
    problems = {}
    with walk(browser, workspace, lang) as walker:
        for path in paths_of(workspace):
            walker.show(path)
            for width in ZOOMED:
                walker.page.set_viewport_size({"width": width, "height": 256})
                for name, change in (("", TIGHTEN), (" spaced out", SPACE_OUT)):
                    walker.page.evaluate(change)
                    over, cut = walker.page.evaluate(OVERFLOW), ask(walker, CUT)
                    if over > 0 or cut:
                        problems[f"{path} {width}{name}"] = (over, cut)
    assert problems == {}


@by_language
def test_everything_is_told_apart_in_forced_colours(browser: Any, workspace: Workspace, lang: str) -> None:
    problems = {}  # contrast is that of the system; axe cannot know it
    with walk(browser, workspace, lang) as walker:
        walker.page.emulate_media(forced_colors="active", color_scheme="dark")
        for path in paths_of(workspace):
            walker.show(path)
            found = [*ask(walker, UNMARKED), *ask(walker, UNFRAMED)]
            if found:
                problems[path] = found
    assert problems == {}


@by_language
def test_a_page_prints_whole_on_a4(browser: Any, workspace: Workspace, lang: str) -> None:
    """No navigation, no row cut in two, nothing that only scrolling would show; who printed it, and when."""
    problems = {}
    with walk(browser, workspace, lang) as walker:
        walker.page.emulate_media(media="print")
        for path in paths_of(workspace):
            found = print_page(walker, path)
            if found:
                problems[path] = found
        walker.show(workspace.example("agreements-text"))
        foot = walker.page.locator(".print-foot")
        assert foot.is_visible()
        assert foot.locator("bdi").count() >= 3
    assert problems == {}


def print_page(walker: Walker, path: str) -> list[str]:
    walker.show(path)
    walker.page.set_viewport_size({"width": A4_PX, "height": 1000})
    found = [each for question in (PRINTED_TOO, MAY_BREAK, SCROLLS) for each in ask(walker, question)]
    over = walker.page.evaluate(OVERFLOW)
    found += [f"{over} px too wide"] if over > 0 else []
    assert "نادية" in walker.page.locator(".print-only").inner_text()
    return found
