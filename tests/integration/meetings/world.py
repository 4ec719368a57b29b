"""Two real nodes with officials on both sides, who work at the pages as they would in a browser."""

import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mithaq.core.acts.roots import parse_signed_root
from mithaq.core.encoding import parse_base64
from mithaq.main.card import parse_card
from mithaq.main.demo.actors import Actor
from mithaq.main.demo.texts import read_text
from tests import forks
from tests.sides import start_pair

from .person import Page, Person

WAIT_S = 40.0
GREEN = {"code": "green", "caveats": [], "purpose": "ADMIN"}
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
    """One administration: its node, and three officials.

    Attributes:
        service: process of its node; it leads a group of its own.
    """

    actor: Actor
    lang: str
    author: Person
    releaser: Person
    minister: Person
    service: int = 0

    @property
    def code(self) -> str:
        return self.actor.code

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Its node stands still: it answers nobody and asks nobody."""
        os.killpg(self.service, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.service, signal.SIGCONT)


@dataclass
class World:
    """Both sides."""

    rabat: Side
    paris: Side
    made: dict[str, Any] = field(default_factory=dict)

    def other(self, side: Side) -> Side:
        return self.paris if side is self.rabat else self.rabat


def make_people(actor: Actor, lang: str) -> Side:
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
    done = forks.run(["-c", MAKE_ACCOUNTS, str(actor.folder), json.dumps(asked)], check=True)
    tokens = json.loads(done.stdout)
    people = {name: Person(actor.address, lang, tokens[f"{short}-{name}"]) for name in ROLES}
    return Side(actor, lang, **people)


@contextmanager
def open_world(folder: Path) -> Iterator[World]:
    """Both nodes run, know each other and hold each other's directory."""
    with start_pair(folder) as pair:
        actors = (pair.rabat, pair.paris)
        with ThreadPoolExecutor(2) as pool:
            made = list(pool.map(lambda one: one.ask("create", side=one.name, base_url=one.address), actors))
            for actor, other in zip(actors, reversed(made), strict=True):
                root = parse_signed_root(parse_card(parse_base64(other["card"])).root)
                actor.ask("enrol", card=other["card"], fingerprint=root.sha256.hex())
            served = list(pool.map(lambda one: one.ask("serve", port=one.port), actors))
            list(pool.map(send_cards, actors))
            rabat, paris = pool.map(make_people, actors, ("ar", "fr"))
        for side, answer in zip((rabat, paris), served, strict=True):
            side.service = answer["pid"]
        yield World(rabat, paris)


def send_cards(actor: Actor) -> None:
    """The directory of one side, to the other."""
    for card in read_text("sides")[actor.name]["cards"]:
        body = {name: value for name, value in card.items() if name != "persons"}
        actor.ask(
            "send",
            object_kind="directory.card",
            to=["fr-mi" if actor.name == "rabat" else "ma-mi"],
            body={**body, "author_post": "desk"},
            sections={"persons": {"names": card["persons"]}} if "persons" in card else {},
            post="release",
            holder="release-1",
            fields={"subject": {"fr": card["id"]}, "lang": ["ar", "fr"], "handling": GREEN},
        )


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
    found = re.search(r"/(?:meetings|roadmap|records|sources)/([0-9a-f-]{36})/", page.html)
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


def unsays(side: Side, path: str, word: str) -> None:
    """Until a page of that side says this no more."""
    wait(lambda: word not in side.author.open(path).text, f"{path} at {side.code} goes on saying {word}")
