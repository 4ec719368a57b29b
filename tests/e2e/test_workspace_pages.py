"""Every page of the workspace in Chromium, in three languages and at both widths, under axe.

The pages are found by walking every link from home as an officer who holds every role; a page of the URL
configuration that neither a link nor a state leads to fails the test, unless ``NO_PAGES`` or ``ELSEWHERE``
says why. Each page is seen light and dark: wide in one theme and narrow in the other, which change places
from page to page and from language to language. With ``MITHAQ_SCREENSHOTS`` set to a folder, the pictures are
kept there.
"""

from collections.abc import Iterable
from typing import Any

import pytest

from .served import Visit, Workspace
from .walker import OVERFLOW, Walker, walking

LANGUAGES = ("ar", "fr", "en")
# Addresses below the language that show no page of their own: name -> why.
NO_PAGES = {
    "account_go_on": "data for the script that warns of the end of a session",
    "account_reauthenticate": "another name of account_confirm",
    "mfa_index": "another name of account",
    "mfa_list_webauthn": "another name of account",
    "mfa_login_webauthn": "data for the interface of the browser",
    "act-file": "a file",
    "health-evidence": "a file",
    "directory-popolo": "a file",
    "meetings-visit": "a file",
    "roadmap-activities-file": "a file",
    "roadmap-days-file": "a file",
    "roadmap-lines-file": "a file",
    "reference": "leads on to the page of the record",
    "directory-diff": "cards have no versions",
    "directory-text": "cards have no versions",
    "requests-diff": "requests have no versions",
    "requests-text": "requests have no versions",
    "sources-diff": "sources have no versions",
    "sources-text": "sources have no versions",
}
# Pages that this demonstration has no state for: name -> where axe judges them in each language.
ELSEWHERE = {
    "review-opinion": "test_story_5_review",
    "review-outcome": "test_story_5_review",
    "review-revise": "test_story_5_review",
}

MEETING = {
    "title_ar": "اجتماع بلوحة المفاتيح",
    "title_fr": "Réunion au clavier",
    "place": "Rabat",
    "day": "02/03/2027",
    "starts": "10:00",
    "ends": "12:30",
    "tzid": "Africa/Casablanca",
}
MOST_TABS = 80
FOCUS = """async selector => {
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const here = document.activeElement, look = getComputedStyle(here), box = here.getBoundingClientRect();
    const isShown = here.matches(':focus-visible') && look.outlineStyle !== 'none'
        && parseFloat(look.outlineWidth) >= 2 && box.width > 1 && box.height > 1
        && box.bottom > 0 && box.top < window.innerHeight;
    return [isShown, here.matches(selector), here.outerHTML.slice(0, 200) + look.outline];
}"""

by_language = pytest.mark.parametrize("lang", LANGUAGES)


def judge_all(browser: Any, workspace: Workspace, lang: str, visits: Iterable[Visit]) -> dict[str, list[str]]:
    """What is wrong with pages, seat by seat: path -> problems."""
    problems: dict[str, list[str]] = {}
    by_seat: dict[str, list[Visit]] = {}
    for visit in visits:
        by_seat.setdefault(visit.seat, []).append(visit)
    for seat, those in by_seat.items():
        root = f"{workspace.url}/{lang}/"
        start = "accessibility/" if seat in ("nobody", "halfway") else "account/preferences/"
        with walking(browser, root, workspace.cookies[seat], start) as walker:
            for number, visit in enumerate(those):
                found = judge(walker, visit, dark_first=(number + LANGUAGES.index(lang)) % 3 == 0)
                if found:
                    problems[f"{seat} {visit.path}"] = found
    return problems


def judge(walker: Walker, visit: Visit, *, dark_first: bool) -> list[str]:
    """What is wrong with one page."""
    status = walker.show(visit.path, visit.fields, token=visit.token)
    wrong = [] if status == visit.status else [f"answered {status} instead of {visit.status}"]
    return wrong + walker.judge(dark_first=dark_first)


def test_every_page_of_the_workspace_is_reached(workspace: Workspace) -> None:
    assert workspace.pages.get("failed", []) == []
    assert workspace.pages.get("leads nowhere", []) == []
    assert workspace.pages.get("takes nothing", []) == []
    reached = {*workspace.pages, *workspace.state_names}
    assert sorted(set(workspace.names) - reached - set(NO_PAGES) - set(ELSEWHERE)) == []


@by_language
def test_every_page_is_accessible(browser: Any, workspace: Workspace, lang: str) -> None:
    assert judge_all(browser, workspace, lang, workspace.visits()) == {}


@by_language
def test_forms_that_were_sent_empty_are_accessible(browser: Any, workspace: Workspace, lang: str) -> None:
    """Each form in one language: what is wrong stands at the field and in a summary with the focus."""
    own = workspace.forms[LANGUAGES.index(lang) :: len(LANGUAGES)]
    problems, refused = {}, 0
    with walking(
        browser, f"{workspace.url}/{lang}/", workspace.cookies["officer"], "accessibility/"
    ) as walker:
        for path in own:
            walker.show(path)
            if walker.send_empty(path) is None:
                continue
            refused += 1
            found = walker.judge()
            if found:
                problems[path] = found
    assert problems == {}
    assert refused >= len(own) // 2


@by_language
def test_an_official_finds_his_way_without_scripts(browser: Any, workspace: Workspace, lang: str) -> None:
    """The steps of home, the proof of a record on a narrow screen, then the other language, then a filter."""
    other = "ar" if lang == "fr" else "fr"
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    context.add_cookies([{**workspace.cookies["officer"], "url": workspace.url}])
    page = context.new_page()
    home = f"{workspace.url}/{lang}/"
    for number, leads_to in enumerate(("/lines/", "#decision_", "/requests/", "/proof/"), start=1):
        page.goto(home)
        page.locator(f".tour li:nth-child({number}) a").first.click()
        assert leads_to in page.url
        page.locator(f"#{page.url.partition('#')[2]}" if "#" in leads_to else "h1").wait_for()
    page.goto(home)
    Walker(page, home).keep()
    page.set_viewport_size({"width": 390, "height": 800})
    page.locator(".side-fold > summary").click()
    page.locator(f'.side-fold a[href="/{lang}/agreements/"]').click()
    page.locator("table.list th a").first.click()
    for name in ("text", "timeline", "proof"):
        page.locator(f'.tabs a[href$="/{name}/"]').click()
        page.wait_for_load_state()
        assert page.locator("h1").is_visible()
        assert page.evaluate(OVERFLOW) <= 0
    page.locator(".good").first.wait_for()
    here = page.url
    page.locator(f'.languages [lang="{other}"]').click()
    assert page.url == here.replace(f"/{lang}/", f"/{other}/")
    assert page.locator("html").get_attribute("lang") == other
    page.goto(f"{workspace.url}/{lang}/requests/")
    page.locator("#filter-state").select_option("withdrawn")
    page.locator(".filter-buttons button").click()
    assert "state=withdrawn" in page.url
    page.locator(".empty a, .filter-buttons a").first.click()
    assert page.url == f"{workspace.url}/{lang}/requests/"
    context.close()


def test_the_keyboard_alone_reaches_the_content(browser: Any, workspace: Workspace) -> None:
    context = browser.new_context()
    context.add_cookies([{**workspace.cookies["officer"], "url": workspace.url}])
    page = context.new_page()
    page.goto(f"{workspace.url}/fr/agreements/")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => !!document.activeElement.closest('main')")
    context.close()


def tab_to(page: Any, selector: str) -> None:
    """Press Tab until an element has the focus; whatever has it on the way shows so, where one looks."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        is_shown, is_there, what = page.evaluate(FOCUS, selector)
        assert is_shown, what
        if is_there:
            return
    raise AssertionError(f"the keyboard does not come to {selector} on {page.url}")


def test_a_form_is_filled_and_previewed_with_the_keyboard_alone(browser: Any, workspace: Workspace) -> None:
    """From the list to the form of a meeting, to its preview, and back to what was typed."""
    context = browser.new_context(reduced_motion="reduce", viewport={"width": 1280, "height": 900})
    context.add_cookies([{**workspace.cookies["officer"], "url": workspace.url}])
    page = context.new_page()
    page.goto(f"{workspace.url}/fr/meetings/")
    tab_to(page, 'main a[href="/fr/meetings/new/"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/fr/meetings/new/")
    for name, typed in MEETING.items():
        tab_to(page, f'#page-form [name="{name}"]')
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(typed)
    tab_to(page, "#page-form button[type=submit].btn-primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/outgoing/**")
    assert MEETING["title_fr"] in page.locator("main").inner_text()
    tab_to(page, 'main a[href*="/meetings/"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/meetings/**")
    for name, typed in MEETING.items():
        assert page.locator(f'#page-form [name="{name}"]').input_value() == typed
    context.close()
