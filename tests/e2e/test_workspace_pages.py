"""Every page of the workspace in Chromium, in three languages and at both widths, under axe.

The pages are found by walking every link from home as an officer who holds every role; a page of the URL
configuration that no link leads to fails the test, unless ``WITHOUT_LINK`` says why. With
``MITHAQ_SCREENSHOTS`` set to a folder, the pictures are kept there.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
AXE = HERE / "vendor" / "axe-core" / "axe.min.js"
LANGUAGES = {"ar": "rtl", "fr": "ltr", "en": "ltr"}
WIDTHS = (1280, 390)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN_AXE = """async tags => {
    const options = {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']};
    const result = await axe.run(document, options);
    return result.violations.map(each => `${each.id}: ${each.nodes.slice(0, 3).map(
        node => node.target + ' ' + node.html.slice(0, 200)).join(' | ')}`);
}"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"

TEXTS = {
    "communique.txt": "Le ministre de l’Intérieur, Abdelouafi Laftit, a reçu à Rabat, le 14 avril 2025, son "
    "homologue français, Bruno Retailleau. Ils ont évoqué la migration.\n\n« Nous avançons ensemble », "
    "a déclaré Bruno Retailleau.\n",
    "balagh.txt": "استقبل وزير الداخلية، عبد الوافي لفتيت، بالرباط يوم 14 أبريل 2025 نظيره الفرنسي برونو "
    "روتايو، وتباحثا بشأن الهجرة.\n\nشارك المقال\n",
}
"""Two accounts of one meeting, written for this test."""

# Pages that a walk over links cannot open: name -> why.
WITHOUT_LINK = {
    "account_link": "the address is a one-time link",
    "account_inactive": "allauth leads there who was switched off",
    "account_reauthenticate": "another name of account_confirm",
    "account_set_password": "needs a second factor",
    "dossier": "the demonstration groups nothing",
    "health-evidence": "needs a partner that showed two logs",
    "mfa_index": "another name of account",
    "mfa_list_webauthn": "another name of account",
    "mfa_authenticate": "stands between a password and its code",
    "mfa_reauthenticate": "stands before what needs a factor again",
    "mfa_reauthenticate_webauthn": "stands before what needs a factor again",
    "mfa_deactivate_totp": "needs codes that are switched on",
    "mfa_generate_recovery_codes": "needs codes that are switched on",
    "mfa_view_recovery_codes": "needs codes that are switched on",
    "mfa_remove_webauthn": "needs a passkey",
    "mfa_edit_webauthn": "needs a passkey",
    "socialaccount_login_cancelled": "the issuer leads there",
    "socialaccount_login_error": "the issuer leads there",
    "reference": "leads on to the page of the record",
    "directory-popolo": "a file",
    "directory-diff": "cards have no versions",
    "directory-text": "cards have no versions",
    "requests-diff": "requests have no versions",
    "requests-text": "requests have no versions",
    "sources-diff": "sources have no versions",
    "sources-text": "sources have no versions",
    "sources-detail": "the demonstration releases no source to a partner",
    "sources-timeline": "the demonstration releases no source to a partner",
    "sources-proof": "the demonstration releases no source to a partner",
    "meetings-diff": "no text of a meeting has two versions in the demonstration",
    "meetings-visit": "a file",
}
# Pages in states that no link has: an empty list, an error, a list with a filter.
STATES = ("nowhere/", "agreements/?state=declined", "agreements/?state=in_force", "requests/?page=999")

pytestmark = pytest.mark.xdist_group("e2e")


@dataclass(frozen=True)
class Workspace:
    """What the serving process told."""

    url: str
    cookie: dict[str, str]
    pages: dict[str, list[str]]
    open: dict[str, list[str]]
    names: list[str]

    def addresses(self) -> list[str]:
        """Every page for who has signed in, without its language."""
        return [*(path for paths in self.pages.values() for path in paths), *STATES]


@pytest.fixture(scope="module")
def workspace(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The workspace of Rabat after a demonstration, served by a process of its own."""
    folder = tmp_path_factory.mktemp("workspace")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MITHAQ_", "DJANGO_"))}
    environment = {**kept, "PYTHONPATH": os.pathsep.join(path for path in (str(ROOT), *sys.path) if path)}
    texts = folder / "texts"
    texts.mkdir()
    for name, text in TEXTS.items():
        (texts / name).write_text(text, encoding="utf-8")
    demo = [sys.executable, "-m", "mithaq", "--quiet", "demo", "--once", "--no-browser", "--dir", str(folder)]
    command = [*demo, "--sources", str(texts)]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    command = [sys.executable, str(HERE / "serve_workspace.py"), str(folder / "rabat")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    ) as served:
        assert served.stdout is not None
        assert served.stdin is not None
        line = served.stdout.readline()
        assert line, "the workspace was not served"
        yield Workspace(**json.loads(line))
        served.stdin.close()
        served.wait(30)


def open_context(browser: Any, workspace: Workspace, *, signed_in: bool = True, scripts: bool = True) -> Any:
    context = browser.new_context(java_script_enabled=scripts, reduced_motion="reduce")
    if signed_in:
        context.add_cookies([{**workspace.cookie, "url": workspace.url}])
    return context


def check_page(page: Any, address: str) -> list[str]:
    """What is wrong with a page at both widths."""
    page.goto(address, wait_until="load")
    page.evaluate("() => document.fonts.ready.then(() => true)")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    problems = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        problems += [f"{width}: {each}" for each in page.evaluate(RUN_AXE, TAGS)]
        over = page.evaluate(OVERFLOW)
        if over > 0:
            problems.append(f"{width}: {over} px too wide")
        keep(page, address, width)
    return problems


def keep(page: Any, address: str, width: int) -> None:
    folder = os.environ.get("MITHAQ_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        name = address.partition("//")[2].partition("/")[2].strip("/").replace("/", "-").replace("?", "-")
        page.screenshot(path=str(Path(folder) / f"{name or 'home'}-{width}.png"), full_page=True)


def check_all(browser: Any, workspace: Workspace, lang: str, paths: list[str], **context: Any) -> None:
    opened = open_context(browser, workspace, **context)
    page = opened.new_page()
    blocked: list[str] = []
    page.on("console", lambda said: blocked.append(said.text) if "Content Security" in said.text else None)
    problems = {}
    for path in paths:
        found = check_page(page, f"{workspace.url}/{lang}/{path}")
        if found:
            problems[path] = found
    opened.close()
    assert problems == {}
    assert blocked == []


def test_every_page_of_the_workspace_is_reached(workspace: Workspace) -> None:
    assert workspace.pages.get("failed", []) + workspace.open.get("failed", []) == []
    reached = {*workspace.pages, *workspace.open}
    assert sorted(set(workspace.names) - reached - set(WITHOUT_LINK)) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_is_accessible(browser: Any, workspace: Workspace, lang: str) -> None:
    check_all(browser, workspace, lang, workspace.addresses())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_before_sign_in_are_accessible(browser: Any, workspace: Workspace, lang: str) -> None:
    paths = [path for paths in workspace.open.values() for path in paths]
    check_all(browser, workspace, lang, paths, signed_in=False)


def test_dark_pages_are_accessible(browser: Any, workspace: Workspace) -> None:
    """One page of each name, as a user sees it who chose the dark theme."""
    context = open_context(browser, workspace)
    page = context.new_page()
    problems = {}
    for path in [paths[0] for paths in workspace.pages.values() if paths]:
        page.goto(f"{workspace.url}/ar/{path}", wait_until="load")
        page.evaluate("() => { document.documentElement.dataset.bsTheme = 'dark'; }")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate(RUN_AXE, TAGS)
        if found:
            problems[path] = found
    context.close()
    assert problems == {}


@pytest.mark.parametrize(("lang", "other"), [("ar", "fr"), ("fr", "ar")])
def test_an_official_finds_his_way_without_scripts(
    browser: Any, workspace: Workspace, lang: str, other: str
) -> None:
    """From home to the proof of a record on a narrow screen, then in the other language, then a filter."""
    context = open_context(browser, workspace, scripts=False)
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{workspace.url}/{lang}/")
    page.locator(".side-fold > summary").click()
    page.locator(f'.side-fold a[href="/{lang}/agreements/"]').click()
    page.locator("table.list th a").first.click()
    for name in ("text", "timeline", "proof"):
        page.locator(f'.tabs a[href$="/{name}/"]').click()
        assert page.locator("h1").is_visible()
        assert page.evaluate(OVERFLOW) <= 0
    assert page.locator(".good").first.is_visible()
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
    context = open_context(browser, workspace)
    page = context.new_page()
    page.goto(f"{workspace.url}/fr/agreements/")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => !!document.activeElement.closest('main')")
    context.close()
