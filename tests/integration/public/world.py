"""Two nodes with one text for the public, and everything beside it that must never be shown.

Each thing that is not public carries the canary in its title, its body and its sections.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mithaq.main.demo.actors import Actor, Pair
from mithaq.main.demo.play import Play
from mithaq.main.demo.settle import settle
from tests.sides import start_pair

CANARY = "canari-7f3a91"
TITLE = {"ar": "اتفاق للعموم", "fr": "Accord public"}
HIDDEN = {"ar": f"سري {CANARY}", "fr": f"Secret {CANARY}"}
HOLDERS = {"rabat": "ma-minister-1", "paris": "fr-minister-2"}


@dataclass
class World:
    """Where the homes are, and the ids of what was made.

    Attributes:
        public: the text that may be seen; its first version is in force, its second is a draft.
        hidden: ids of objects that may not, by why.
    """

    rabat: Path
    paris: Path
    public: str = ""
    hidden: dict[str, str] = field(default_factory=dict)


def _fields(title: dict[str, str], code: str | None = None) -> dict[str, Any]:
    fields: dict[str, Any] = {"subject": title, "lang": ["ar", "fr"]}
    return (
        fields if code is None else {**fields, "handling": {"code": code, "caveats": [], "purpose": "ADMIN"}}
    )


class Maker:
    """Makes texts and notes through the running nodes."""

    def __init__(self, pair: Pair) -> None:
        self._pair = pair

    def propose(
        self, title: dict[str, str], code: str, kind: str = "agreements.agreement", **data: Any
    ) -> dict[str, Any]:
        made = make_data(title, **data) if kind.startswith("agreements.") else make_words(title, **data)
        return self._pair.rabat.ask(
            "propose",
            object_kind=kind,
            effect={"rule": "ON_SIGNATURE"},
            data=made,
            signatories=["ma-mi", "fr-mi"],
            post="release",
            holder="ma-release-1",
            fields=_fields(title, code),
        )

    def counter(self, version: dict[str, Any], title: dict[str, str], **data: Any) -> dict[str, Any]:
        return self._pair.paris.ask(
            "counter",
            id=version["id"],
            previous=version["content_hash"],
            effect={"rule": "ON_SIGNATURE"},
            data=make_data(title, **data),
            post="release",
            holder="fr-release-1",
            fields=_fields(title, "clear"),
        )

    def sign(self, actor: Actor, version: dict[str, Any], fields: dict[str, Any]) -> None:
        actor.ask(
            "instrument",
            kind="instrument.sign",
            id=version["id"],
            content_hash=version["content_hash"],
            post="minister",
            holder=HOLDERS[actor.name],
            fields=fields,
        )

    def agree(self, title: dict[str, str], code: str, **data: Any) -> dict[str, Any]:
        version = self.propose(title, code, **data)
        self.sign(self._pair.paris, version, _fields(title))
        self.sign(self._pair.rabat, version, _fields(title))
        for actor in (self._pair.rabat, self._pair.paris):
            actor.ask("await_signed", id=version["id"], content_hash=version["content_hash"])
        return version

    def send(self, actor: Actor, to: list[str]) -> str:
        sent = actor.ask(
            "send",
            object_kind="requests.spontaneous_information",
            to=to,
            body={"text": CANARY},
            sections={"persons": {"names": [CANARY]}},
            post="release",
            holder="x-release",
            fields=_fields(HIDDEN, "red"),
        )
        return str(sent["id"])


def make_data(title: dict[str, str], **data: Any) -> dict[str, Any]:
    articles = [
        {
            "eid": f"art_{number}",
            "heading": {"ar": f"عنوان {number}", "fr": f"Titre {number}"},
            "text": {"ar": f"{title['ar']} {number}", "fr": f"{title['fr']} {number}\n\nDeux."},
        }
        for number in (1, 2)
    ]
    articles.append({"eid": "art_3", "text": {"fr": '<b>& "seul"</b>'}})
    # French alone is authentic, so an article may lack Arabic and still be signed.
    fields = {"visibility": "public", "authentic_languages": ["fr"], "articles": articles}
    return {"title": title, **fields, **data}


def make_words(title: dict[str, str], **data: Any) -> dict[str, Any]:
    """A text without articles, as a communiqué is."""
    return {"title": title, "text": title, "visibility": "public", **data}


def build_world(folder: Path) -> World:
    """Make it all; the nodes are stopped when this returns."""
    with start_pair(folder) as pair:
        play = Play(pair, lambda step: None)
        play.set_up()
        made = Maker(pair)
        world = World(pair.rabat.folder, pair.paris.folder)
        hidden = world.hidden
        hidden["red note"] = made.send(pair.rabat, ["fr-mi"])
        hidden["note to nobody"] = made.send(pair.paris, [])
        hidden["not for the public"] = made.agree(HIDDEN, "clear", visibility="both")["id"]
        hidden["amber"] = made.agree(HIDDEN, "amber")["id"]
        hidden["embargo"] = made.agree(HIDDEN, "clear", embargo_until_at="2199-01-01T00:00:00.000Z")["id"]
        hidden["unreadable embargo"] = made.agree(HIDDEN, "clear", embargo_until_at="demain")["id"]
        never = {"kind": "meetings.communique", "embargo_until_at": "2199-01-01T00:00:00.000Z"}
        hidden["communiqué under embargo"] = made.agree(HIDDEN, "clear", **never)["id"]
        kept = {"kind": "meetings.communique", "visibility": "both"}
        hidden["communiqué for both alone"] = made.agree(HIDDEN, "clear", **kept)["id"]
        hidden["proposed"] = made.propose(HIDDEN, "clear")["id"]
        part_signed = made.propose(HIDDEN, "clear")
        made.sign(pair.rabat, part_signed, _fields(HIDDEN))
        hidden["part signed"] = part_signed["id"]
        version = made.agree(TITLE, "clear")
        world.public = version["id"]
        made.counter(version, HIDDEN, visibility="both")
        settle(pair, hidden["note to nobody"])
        return world
