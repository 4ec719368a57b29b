"""One browser page that shows one page of the workspace after another and says what is wrong with each.

A navigation costs Chromium a new global scope, in which axe must be compiled again. The walker navigates
once; afterwards it fetches each page and writes it into the document that is open, which parses it as a
navigation does: style sheets, fonts, scripts and the content security policy included, which is the same on
every page and compared. That takes half of the time, and axe the other half: the frame of the page (head,
side, foot) is judged only where it differs from every frame judged before.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
WIDTHS = (1280, 390)
HEIGHT = 900
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FRAME = [".skip", ".band", ".side", ".foot"]

SHOW = """async ([address, fields, wantsToken]) => {
    const options = {};
    if (fields) {
        const body = new URLSearchParams(fields);
        const token = document.querySelector('[name=csrfmiddlewaretoken]');
        if (wantsToken && token) body.set('csrfmiddlewaretoken', token.value);
        Object.assign(options, {method: 'POST', body});
    }
    const answer = await fetch(address, options);
    const text = await answer.text();
    history.replaceState(null, '', answer.url);
    await new Promise(done => {
        document.open();
        window.addEventListener('load', done, {once: true});
        document.write(text);
        document.close();
    });
    await document.fonts.ready;
    return [answer.status, answer.headers.get('Content-Security-Policy')];
}"""
JUDGE = """async ([theme, opensAll, tags, frame, judged]) => {
    document.documentElement.dataset.bsTheme = theme;
    if (opensAll) document.querySelectorAll('main details').forEach(each => { each.open = true; });
    const markup = frame.map(each => [...document.querySelectorAll(each)].map(part => part.outerHTML
        .replace(/(?:href|hreflang|value|action)="[^"]*"/g, '').replace(/[0-9]+/g, '')).join()).join();
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(markup));
    const name = [...new Uint8Array(digest)].map(each => each.toString(16).padStart(2, '0')).join('');
    const options = {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'], preload: false};
    const result = await axe.run(judged.includes(name) ? {exclude: frame} : document, options);
    const problems = result.violations.map(each => `${each.id}: ${each.nodes.slice(0, 3).map(
        node => node.target + ' ' + node.html.slice(0, 200)).join(' | ')}`);
    const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (over > 0) problems.push(`${over} px too wide`);
    return [name, problems];
}"""
"""In one go, since each question to the browser passes through four processes."""

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
READ_FORM = """() => {
    const form = document.querySelector('#page-form');
    const hidden = new Set([...form.querySelectorAll('[type=hidden]')].map(each => each.name));
    return Object.fromEntries([...new FormData(form)]
        .filter(([name, value]) => typeof value === 'string' && name !== 'csrfmiddlewaretoken')
        .map(([name, value]) => [name, hidden.has(name) ? value : '']));
}"""


@dataclass
class Walker:
    """A browser page in one language.

    Attributes:
        page: of Playwright.
        root: address of the workspace with its language.
        blocked: what the content security policy refused.
        frames: width, theme and hash of the markup of the frames that were judged.
    """

    page: Any
    root: str
    policy: str = ""
    blocked: list[str] = field(default_factory=list)
    frames: set[tuple[int, str, str]] = field(default_factory=set)

    def start(self, path: str) -> None:
        """The one navigation; axe comes with it."""
        answer = self.page.goto(f"{self.root}{path}", wait_until="load")
        self.policy = answer.headers["content-security-policy"]
        self.load_axe()

    def load_axe(self) -> None:
        """Bring axe into the page that is open."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))

    def show(self, path: str, fields: Mapping[str, str] | None = None, *, token: bool = True) -> int:
        """Show a page, or what a form is answered with; tells the status."""
        body = None if fields is None else list(map(list, fields.items()))
        status, policy = self.page.evaluate(SHOW, [f"{self.root}{path}", body, token])
        assert policy == self.policy, path
        return int(status)

    def send_empty(self, path: str) -> int | None:
        """Send the form of the page that is open with nothing typed in; None where that is no mistake."""
        status = self.show(path, self.page.evaluate(READ_FORM))
        return status if self.page.locator(".error-summary").count() else None

    def judge(self, *, dark_first: bool = False) -> list[str]:
        """What is wrong with the page that is open: wide in one theme, narrow in the other and unfolded."""
        self.keep()
        here = self.page.viewport_size["width"]
        widths = WIDTHS if here == WIDTHS[0] else WIDTHS[::-1]
        problems = []
        for width in widths:
            theme = "dark" if dark_first == (width == WIDTHS[0]) else "light"
            problems += [f"{width} {theme}: {each}" for each in self.judge_at(width, theme)]
        return problems

    def judge_at(self, width: int, theme: str) -> list[str]:
        """What is wrong at one width in one theme."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        judged = [name for *kind, name in self.frames if kind == [width, theme]]
        name, problems = self.page.evaluate(JUDGE, [theme, width == WIDTHS[1], TAGS, FRAME, judged])
        self.frames.add((width, theme, str(name)))
        return list(problems)

    def keep(self) -> None:
        """Pictures of the page, where ``MITHAQ_SCREENSHOTS`` says."""
        folder = os.environ.get("MITHAQ_SCREENSHOTS")
        if not folder:
            return
        Path(folder).mkdir(parents=True, exist_ok=True)
        name = self.page.url.partition("//")[2].partition("/")[2].strip("/")
        name = "".join(each if each.isalnum() or each in "-_" else "-" for each in name) or "home"
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            self.page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)


@contextmanager
def walking(browser: Any, root: str, cookie: Mapping[str, str] | None, start: str) -> Iterator[Walker]:
    """A walker in a context of its own; at the end nothing may have been refused by the policy."""
    context = browser.new_context(
        reduced_motion="reduce", viewport={"width": WIDTHS[0], "height": HEIGHT}, device_scale_factor=1
    )
    if cookie:
        context.add_cookies([{**cookie, "url": root}])
    walker = Walker(context.new_page(), root)
    walker.page.on(
        "console",
        lambda said: walker.blocked.append(said.text) if "Content Security" in said.text else None,
    )
    walker.start(start)
    yield walker
    context.close()
    assert walker.blocked == []
