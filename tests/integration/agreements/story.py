"""What people of both sides do with texts, at the pages of two real nodes."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..meetings.person import Page
from ..meetings.world import Side, World, httpx_path, wait

NONE: Mapping[str, Any] = {"related": [], "supersedes": [], "members": []}
"""Nothing chosen in the lists of other texts."""

AGREED = {"ar": "نص متفق عليه", "fr": "Texte agréé"}
IN_FORCE = {"ar": "ساري المفعول", "fr": "En vigueur"}
RESTS_ON = "Déclaration d’octobre 2024"
TWO = (("Un.", "واحد."), ("Deux.", "اثنان."))


def begin(side: Side, kind: str, title: Mapping[str, str]) -> str:
    """A draft of a new text."""
    page = side.author.open("agreements/new/")
    fields = {"kind": f"agreements.{kind}", "title_fr": title["fr"], "title_ar": title["ar"]}
    return draft_of(side.author.submit(page, page.main_form(), **fields))


def start(side: Side, object_id: str, purpose: str) -> str:
    """A draft of a version of a text that stands, or of an amendment to it."""
    page = side.author.open(f"agreements/{object_id}/start/{purpose}/")
    return draft_of(side.author.submit(page, page.main_form()))


def draft_of(page: Page) -> str:
    found = re.search(r"/drafts/([0-9a-f-]{36})/", page.url)
    assert found is not None, (page.url, page.text[:1500])
    return found[1]


def add(side: Side, draft: str, fr: str, ar: str, after: str = "", **more: str) -> None:
    where = f"?after={after}" if after else ""
    page = side.author.open(f"agreements/drafts/{draft}/articles/new/{where}")
    side.author.submit(page, page.main_form(), text_fr=fr, text_ar=ar, **more)


def edit(side: Side, draft: str, eid: str, **values: str) -> None:
    page = side.author.open(f"agreements/drafts/{draft}/articles/{eid}/")
    side.author.submit(page, page.main_form(), **values)


def arrange(side: Side, draft: str, do: str) -> Page:
    """Move, tick or take out an article: ``remove:art_3``."""
    page = side.author.open(f"agreements/drafts/{draft}/")
    return side.author.submit(page, page.form(having="/order/"), press=f"do={do}")


def settle(side: Side, draft: str, **values: Any) -> None:
    """The terms of a text."""
    page = side.author.open(f"agreements/drafts/{draft}/terms/")
    side.author.submit(page, page.main_form(), **{**NONE, **values})


def put_forward(side: Side, draft: str, status: int = 200) -> Page:
    page = side.author.open(f"agreements/drafts/{draft}/")
    form = next(each for each in page.forms if each.id == "propose-form")
    return side.author.submit(page, form, status)


def release(side: Side, preview: Page, who: str = "releaser") -> str:
    """Hand a draft over and let another person release or sign it; gives the id of its record."""
    assert "/outgoing/" in preview.url, (preview.url, preview.text[:1500])
    if any("hand-over" in form.action for form in preview.forms):
        side.author.submit(preview, preview.form(having="hand-over"))
    person = getattr(side, who)
    shown = person.open(httpx_path(preview.url))
    sent = person.submit(shown, shown.form(having="shown"))
    found = re.search(r"/(?:agreements|records)/([0-9a-f-]{36})/", sent.html)
    assert found is not None, sent.text[:1500]
    return found[1]


def ask(side: Side, object_id: str, action: str, who: str = "author", **values: Any) -> Page:
    """The form of an act, filled in: its preview."""
    person = getattr(side, who)
    page = person.open(f"agreements/{object_id}/do/{action}/")
    return person.submit(page, page.main_form(), **values)


def notice(side: Side, object_id: str, action: str, **values: Any) -> None:
    """A notice that one drafts and the minister lets go."""
    release(side, ask(side, object_id, action, **values), "minister")


def refused(side: Side, object_id: str, action: str, who: str = "author", status: int = 409) -> str:
    """The words with which an act is refused."""
    text: str = getattr(side, who).open(f"agreements/{object_id}/do/{action}/", status).text
    return text


def says(side: Side, object_id: str, *words: str, path: str = "") -> str:
    """Until a page of a text says all of this; gives what it says."""
    text = ""

    def look() -> bool:
        nonlocal text
        answer = side.author.get(f"/{side.lang}/agreements/{object_id}/{path}")
        text = Page(str(answer.url), answer.status_code, answer.text, answer.headers).text
        return answer.status_code == 200 and all(word in text for word in words)

    wait(look, f"{object_id}/{path} at {side.code} never said {words}")
    return text


def both_say(world: World, object_id: str, words: Mapping[str, str]) -> None:
    for side in (world.rabat, world.paris):
        says(side, object_id, words[side.lang])


def propose(
    side: Side,
    kind: str,
    title: Mapping[str, str],
    articles: Sequence[tuple[str, str]] = TWO,
    **terms: Any,
) -> str:
    draft = begin(side, kind, title)
    for fr, ar in articles:
        add(side, draft, fr, ar)
    settle(side, draft, **{"rule": "ON_SIGNATURE", "basis": RESTS_ON, **terms})
    return release(side, put_forward(side, draft))


def initial(world: World, object_id: str) -> None:
    """A translator and head of delegation of each side."""
    for side in (world.rabat, world.paris):
        release(side, ask(side, object_id, "initial", has_compared="on"))
    both_say(world, object_id, AGREED)


def sign(world: World, object_id: str) -> None:
    for side in (world.rabat, world.paris):
        release(side, ask(side, object_id, "sign", "minister"), "minister")


def conclude(world: World, side: Side, kind: str, title: Mapping[str, str], **terms: Any) -> str:
    """A text put forward, initialled and signed by both, in force on signature."""
    object_id = propose(side, kind, title, **terms)
    both_say(world, object_id, title)
    initial(world, object_id)
    sign(world, object_id)
    both_say(world, object_id, IN_FORCE)
    return object_id
