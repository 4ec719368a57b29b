"""Officials of both sides at browsers of their own, as the stories have them.

With ``MITHAQ_SCREENSHOTS=DIR`` they leave pictures of the pages there, wide and narrow.
"""

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.integration.meetings.world import ROLES, Side, World, wait

from .walker import HEIGHT, WIDTHS, Walker

SHOTS = os.environ.get("MITHAQ_SCREENSHOTS", "")
ALL = ("ar", "fr", "en")
FRAMES: set[tuple[int, str, str]] = set()
"""Head, side and foot of pages, as they were judged already."""

RECORD = re.compile(r"/(?:agreements|meetings|records|review|roadmap)/([0-9a-f-]{36})/")
LANGUAGE = re.compile(r"(127\.0\.0\.1:\d+)/(ar|fr|en)/")


@dataclass
class Official:
    """One person at a browser; ``story`` begins the names of the pictures."""

    side: Side
    page: Any
    story: str

    def open(self, path: str) -> None:
        answer = self.page.goto(f"{self.side.actor.address}/{self.side.lang}/{path}")
        assert answer.status < 400, (self.page.url, self.page.inner_text("body")[:1500])

    def sees(self, path: str, *words: str) -> None:
        """Until a page is there and says all of this."""

        def look() -> bool:
            answer = self.page.goto(f"{self.side.actor.address}/{self.side.lang}/{path}")
            return answer.status == 200 and all(word in self.text() for word in words)

        wait(look, f"{path} at {self.side.code} never said {words}")

    def fill(self, **values: Any) -> None:
        """Fields by their names; groups are opened as a person would."""
        closed = self.page.locator("details.field-group:not([open]) > summary")
        while closed.count():
            closed.first.click()
        for name, value in values.items():
            field = self.page.locator(f'#page-form [name="{name}"], #minutes-form [name="{name}"]').first
            if field.evaluate("each => each.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def submit(self) -> None:
        self.page.locator("#page-form button[type=submit].btn-primary").click()
        self.page.wait_for_load_state()

    def text(self) -> str:
        return str(self.page.inner_text("main"))

    def shoot(self, name: str, *langs: str) -> None:
        """Nothing is wrong with the page that is open; in all of ``langs`` where pictures are asked for.

        The walk over all pages judges them in every language.
        """
        self.shoot_each(name, *(langs if langs and SHOTS else (self.side.lang,)))

    def shoot_each(self, name: str, *langs: str) -> None:
        """The same in all of ``langs`` always: for a page that the walk does not reach."""
        here = self.page.url
        for lang in langs:
            self.shoot_in(lang, name)
        if self.page.url != here:
            self.page.goto(here)

    def shoot_in(self, lang: str, name: str) -> None:
        """Axe and pictures of the page that is open, in one language; nothing stands out at two widths."""
        there = LANGUAGE.sub(rf"\1/{lang}/", self.page.url)
        if there != self.page.url:
            self.page.goto(there)
        walker = Walker(self.page, self.page.url, frames=FRAMES)
        walker.load_axe()
        for width in WIDTHS:
            assert walker.judge_at(width, "light") == [], (self.page.url, width)
            if SHOTS:
                Path(SHOTS).mkdir(parents=True, exist_ok=True)
                shot = f"{SHOTS}/{self.story}-{name}-{lang}-{width}.png"
                self.page.screenshot(path=shot, full_page=True)
        self.page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})


@dataclass
class Office:
    """The three officials of one side."""

    side: Side
    author: Official
    releaser: Official
    minister: Official

    def release(self) -> str:
        """From the preview on the author's screen to the record: handed over, released by another person."""
        author, releaser = self.author.page, self.releaser.page
        assert "/outgoing/" in author.url, (author.url, self.author.text()[:2000])
        address = author.url
        author.locator('form[action*="hand-over"] button').click()
        releaser.goto(address)
        releaser.locator('form:has([name="shown"]) button').first.click()
        releaser.wait_for_load_state()
        found = RECORD.search(releaser.content())
        assert found is not None, self.releaser.text()[:1500]
        return found[1]

    def do(self, path: str, **values: Any) -> str:
        self.author.open(path)
        self.author.fill(**values)
        self.author.submit()
        return self.release()

    def sign(self, path: str) -> None:
        """The minister, once the form is there: the form, the preview, and the act."""
        self.minister.sees(path)
        self.minister.submit()
        page = self.minister.page
        assert "/outgoing/" in page.url, self.minister.text()[:1500]
        page.locator('form:has([name="shown"]) button').first.click()
        page.wait_for_load_state()


@contextmanager
def seated(world: World, browser: Any, story: str) -> Iterator[tuple[Office, Office]]:
    """Rabat and Paris; each person has the session that he has at the node already."""
    with ExitStack() as stack:

        def seat(side: Side, name: str) -> Official:
            context = browser.new_context(locale="ar-MA" if side.lang == "ar" else "fr-FR")
            stack.callback(context.close)
            kept = getattr(side, name).cookies()
            context.add_cookies(
                [{"name": each.name, "value": each.value, "url": side.actor.address} for each in kept]
            )
            return Official(side, context.new_page(), story)

        def staff(side: Side) -> Office:
            return Office(side, *(seat(side, name) for name in ROLES))

        yield staff(world.rabat), staff(world.paris)
