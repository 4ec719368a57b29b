"""Two real nodes with officials on both sides, who work at the pages as they would in a browser."""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mithaq.main.demo.actors import Actor, Pair, start_pair
from mithaq.main.demo.play import Play

from .person import Page, Person

WAIT_S = 20.0
MAKE_ACCOUNTS = """
import json, sys
from pathlib import Path
from mithaq.main.wiring.setup import setup
folder = Path(sys.argv[1])
setup(folder)
from mithaq.adapters.clock import SystemClock
from mithaq.web.accounts.founding import Founder, found_account
now = SystemClock().now()
print(json.dumps({
    each["login"]: found_account(
        Founder(each["login"], each["login"], each["lang"], each["post"], each["roles"], "amber",
                pseudonym=each["pseudonym"], must_enrol=False), now)
    for each in json.loads(sys.argv[2])
}))
"""
ROLES = {
    "author": ("desk", ["drafter", "translator"]),
    "releaser": ("release", ["releaser", "handling_officer"]),
    "minister": ("minister", ["signatory"]),
}


@dataclass
class Side:
    """One administration: its node, and three officials."""

    actor: Actor
    lang: str
    author: Person
    releaser: Person
    minister: Person

    @property
    def code(self) -> str:
        return self.actor.code


@dataclass
class World:
    """Both sides."""

    rabat: Side
    paris: Side
    made: dict[str, Any] = field(default_factory=dict)

    def other(self, side: Side) -> Side:
        return self.paris if side is self.rabat else self.rabat


def make_people(actor: Actor, lang: str) -> Side:
    import json

    short = actor.code.partition("-")[0]
    asked = [
        {
            "login": f"{short}-{name}",
            "lang": lang,
            "post": post,
            "roles": roles,
            "pseudonym": f"{short}-{post}-p",
        }
        for name, (post, roles) in ROLES.items()
    ]
    done = subprocess.run(
        [sys.executable, "-c", MAKE_ACCOUNTS, str(actor.folder), json.dumps(asked)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    tokens = json.loads(done.stdout)
    people = {name: Person(actor.address, lang, tokens[f"{short}-{name}"]) for name in ROLES}
    return Side(actor, lang, **people)


@contextmanager
def open_world(folder: Path) -> Iterator[World]:
    with start_pair(folder) as pair:
        play = Play(pair, lambda step: None)
        play.set_up()
        play._send_cards()
        yield World(*_sides(pair))


def _sides(pair: Pair) -> tuple[Side, Side]:
    return make_people(pair.rabat, "ar"), make_people(pair.paris, "fr")


def release(side: Side, preview: Page) -> str:
    """Hand a draft over and let another person release it; gives the id of its record."""
    assert "/outgoing/" in preview.url, (preview.url, preview.text[:1500])
    page = preview
    if any("hand-over" in form.action for form in page.forms):
        page = side.author.submit(page, page.form(having="hand-over"))
    shown = side.releaser.open(httpx_path(preview.url))
    sent = side.releaser.submit(shown, shown.form(having="shown"))
    assert "/outgoing/" in sent.url, sent.text[:1500]
    return record_of(sent)


def sign(side: Side, object_id: str) -> Page:
    """The minister signs a text: form, preview, release by the same person."""
    minister = side.minister
    form = minister.open(f"meetings/{object_id}/do/sign/")
    preview = minister.submit(form, form.main_form())
    assert "/outgoing/" in preview.url, preview.text[:1500]
    return minister.submit(preview, preview.form(having="shown"))


def httpx_path(url: str) -> str:
    return re.sub(r"^https?://[^/]+", "", url)


def record_of(page: Page) -> str:
    """The record that a page of something sent leads to."""
    found = re.search(r"/(?:meetings|records|sources)/([0-9a-f-]{36})/", page.html)
    assert found is not None, page.text[:1500]
    return found[1]


def wait(look: Callable[[], bool], what: str) -> None:
    """Until it is so; what was never so fails the test."""
    deadline_s = time.monotonic() + WAIT_S
    while not look():
        assert time.monotonic() < deadline_s, what
        time.sleep(0.1)


def arrives(side: Side, object_id: str) -> None:
    """Until a record has come to that side."""
    wait(
        lambda: side.author.get(f"/{side.lang}/meetings/{object_id}/").status_code == 200,
        f"{object_id} did not come to {side.code}",
    )


def says(side: Side, path: str, *words: str) -> None:
    """Until a page of that side says all of this."""
    page = ""

    def look() -> bool:
        nonlocal page
        page = side.author.open(path).text
        return all(word in page for word in words)

    wait(look, f"{path} at {side.code} never said {words}")
