"""Who does what, in which order. Every step is told as it happens."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mithaq.core.acts.roots import parse_signed_root
from mithaq.core.encoding import parse_base64
from mithaq.errors import ConflictError
from mithaq.main.card import parse_card
from mithaq.main.demo.actors import Actor, Pair
from mithaq.main.demo.texts import Text, make_rota, mark_subject, read_text

Message = dict[str, Any]

CLEAR = {"code": "clear", "caveats": [], "purpose": "ADMIN"}
GREEN = {"code": "green", "caveats": [], "purpose": "ADMIN"}
BOTH_LANGUAGES = ["ar", "fr"]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that has happened.

    Attributes:
        key: of its sentence in ``scenario/steps.json``.
        who: the sides that did or saw it.
        title: what it was about, by language; empty for nothing in particular.
        detail: a reference, an hour, a hash: for everyone the same.
    """

    key: str
    who: tuple[str, ...]
    title: Mapping[str, str]
    detail: str = ""


Tell = Callable[[Step], None]


class Play:
    """The scenario of one demonstration."""

    def __init__(self, pair: Pair, tell: Tell) -> None:
        self._pair = pair
        self._rabat = pair.rabat
        self._paris = pair.paris
        self._tell = tell
        self.one_side_act = ""
        self.logins: list[Message] = []

    def set_up(self) -> None:
        """Make both nodes, let them exchange cards, start them."""
        with ThreadPoolExecutor(2) as pool:
            made = list(pool.map(_create, (self._rabat, self._paris)))
        self.logins = [login for side in made for login in side["logins"]]
        self._say("made", (self._rabat, self._paris))
        self._enrol(self._rabat, made[1]["card"])
        self._enrol(self._paris, made[0]["card"])
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda actor: actor.ask("serve", port=actor.port), (self._rabat, self._paris)))
        for actor in (self._rabat, self._paris):
            self._say("serving", (actor,), detail=actor.address)

    def run(self) -> None:
        """Play it all."""
        self._send_cards()
        self._take_over_declaration()
        self._hold_meeting("minutes-2024", "fr-minister-2")
        self._hold_meeting("minutes-2025", "fr-minister-2")
        self._negotiate_framework()
        self._ask_and_answer()
        self._write_for_one_side()

    def _say(
        self, key: str, who: tuple[Actor, ...], title: Mapping[str, str] | None = None, detail: str = ""
    ) -> None:
        self._tell(Step(key, tuple(actor.name for actor in who), title or {}, detail))

    # Nodes

    def _enrol(self, actor: Actor, card: str) -> None:
        # The pin is computed here from the root itself: it stands for the telephone call between two offices.
        root = parse_signed_root(parse_card(parse_base64(card)).root)
        actor.ask("enrol", card=card, fingerprint=root.sha256.hex())
        self._say("enrolled", (actor,), detail=root.sha256.hex()[:16])

    # Directory

    def _send_cards(self) -> None:
        with ThreadPoolExecutor(2) as pool:
            last = list(pool.map(self._send_cards_of, (self._rabat, self._paris)))
        self._paris.ask("await_note", id=last[0], state="delivered")
        self._rabat.ask("await_note", id=last[1], state="delivered")

    def _send_cards_of(self, actor: Actor) -> str:
        side = read_text("sides")[actor.name]
        rota = make_rota(f"{side['code']}.desk", side["cards"][0]["seat"]["tzid"], datetime.now(UTC))
        sent = [self._send_card(actor, card) for card in (*side["cards"], *rota)]
        self._say("cards", (actor,), detail=f"{len(sent)}")
        return sent[-1]

    def _send_card(self, actor: Actor, card: Text) -> str:
        body = {name: value for name, value in card.items() if name != "persons"}
        content = {
            "object_kind": "directory.card",
            "body": {**body, "author_post": "desk"},
            # Names of people stand in a section, which can be erased while the log still verifies.
            "sections": {"persons": {"names": card["persons"]}} if "persons" in card else {},
        }
        return str(self._send(actor, content, _title_of(card), GREEN)["id"])

    # Texts

    def _take_over_declaration(self) -> None:
        self._agree(read_text("declaration"), "fr-minister-2")

    def _hold_meeting(self, name: str, french_holder: str) -> None:
        text = read_text(name)
        title = text["invitation"]["subject"]
        content = {
            "object_kind": "meetings.invitation",
            "body": {**text["invitation"]["body"], "author_post": "desk"},
        }
        note_id = self._send(self._rabat, content, title, GREEN)["id"]
        self._say("invited", (self._rabat,), title)
        self._paris.ask("await_note", id=note_id, state="delivered")
        answer = {"answers": [], "final": True, "result": "accept"}
        self._reply(self._paris, note_id, "note.answer", answer, BOTH_LANGUAGES, title)
        self._rabat.ask("await_note", id=note_id, state="answered")
        self._reply(self._rabat, note_id, "note.close", {"outcome": "held"}, BOTH_LANGUAGES, title)
        self._say("accepted", (self._paris,), title)
        self._agree(text["minutes"], french_holder)

    def _agree(self, text: Text, french_holder: str) -> None:
        """Proposed by Rabat, signed by both, in force."""
        title = text["data"]["title"]
        version = self._propose(text, title)
        self._sign(self._paris, version, title, french_holder)
        self._sign(self._rabat, version, title, "ma-minister-1")
        self._see_in_force(version, title)

    def _negotiate_framework(self) -> None:
        text = read_text("framework")
        title = text["data"]["title"]
        first = self._propose(text, title)
        changes = text["counter"]
        articles = {each["eid"]: each for each in text["data"]["articles"]} | changes["articles"]
        data = {**text["data"], "review_every_months": changes["review_every_months"]}
        data["articles"] = [articles[eid] for eid in sorted(articles)]
        second = self._paris.ask(
            "counter",
            id=first["id"],
            previous=first["content_hash"],
            effect=text["effect"],
            data=_public(data),
            **_by("release", "fr-release-1", title, CLEAR),
        )
        self._say("countered", (self._paris,), title, second["content_hash"][:16])
        self._sign(self._rabat, second, title, "ma-minister-1")
        self._sign(self._paris, second, title, "fr-minister-2")
        for actor, holder in ((self._rabat, "ma-minister-1"), (self._paris, "fr-minister-2")):
            actor.ask("await_signed", **_version(second))
            actor.ask(
                "instrument", kind="instrument.notify", **_version(second), **_by("minister", holder, title)
            )
            self._say("notified", (actor,), title)
        self._see_in_force(second, title)

    def _propose(self, text: Text, title: Mapping[str, str]) -> Message:
        version = self._rabat.ask(
            "propose",
            object_kind=text["object_kind"],
            effect=text["effect"],
            data=_public(text["data"]),
            signatories=[self._rabat.code, self._paris.code],
            **_by("release", "ma-release-1", title, CLEAR),
        )
        self._say("proposed", (self._rabat,), title, version["content_hash"][:16])
        return version

    def _sign(self, actor: Actor, version: Message, title: Mapping[str, str], holder: str) -> None:
        actor.ask("instrument", kind="instrument.sign", **_version(version), **_by("minister", holder, title))
        self._say("signed", (actor,), title, version["content_hash"][:16])

    def _see_in_force(self, version: Message, title: Mapping[str, str]) -> None:
        seen = self._pair.both("await_entry", **_version(version))
        if seen[0] != seen[1]:
            raise ConflictError("states_differ", "the nodes differ on the day of entry into force")
        self._say("in_force", (self._rabat, self._paris), title, seen[0]["entry_into_force_on"])

    # Request

    def _ask_and_answer(self) -> None:
        text = read_text("request")
        title = text["subject"]
        handling = {"code": "amber", "caveats": ["h0"], "purpose": "DRUGS"}
        content = {"object_kind": "requests.request", "body": {**text["body"], "author_post": "desk"}}
        note_id = self._send(self._rabat, content, title, handling, ["ar"])["id"]
        self._say("asked", (self._rabat,), title)
        seen = self._pair.both("await_note", id=note_id, state="delivered")
        if seen[0] != seen[1]:
            raise ConflictError("states_differ", "the nodes differ on the due minute")
        self._say("due", (self._rabat, self._paris), title, seen[0]["due_at"])
        self._paris.ask(
            "reply",
            id=note_id,
            kind="note.read",
            body={"demonstration": True},
            **_by("desk", "fr-desk-1", title),
        )
        steps = (
            (self._paris, "clarify", "clarification"),
            (self._rabat, "explain", "read"),
            (self._paris, "answer", "read"),
            (self._paris, "refuse", "answered"),
            (self._rabat, "close", "closed"),
        )
        for actor, verb, state in steps:
            self._reply(actor, note_id, f"note.{verb}", text[verb]["body"], text[verb]["lang"], title)
            self._pair.both("await_note", id=note_id, state=state)
            self._say(verb, (actor,), title)

    # One side alone

    def _write_for_one_side(self) -> None:
        text = read_text("one-side")
        content = {
            "object_kind": "meetings.paper",
            "to": [],
            "body": {**text["body"], "readers": ["fr-mi.minister"]},
        }
        handling = {"code": "red", "caveats": [], "purpose": "ADMIN"}
        sent = self._send(self._paris, content, text["subject"], handling, ["fr"])
        self.one_side_act = sent["id"]
        self._say("one_side", (self._paris,), text["subject"], f"fr-mi #{sent['leaf_index']}")

    # Common

    def _send(
        self,
        actor: Actor,
        content: Message,
        title: Mapping[str, str],
        handling: Message,
        lang: list[str] = BOTH_LANGUAGES,
    ) -> Message:
        other = self._paris if actor is self._rabat else self._rabat
        side = "ma" if actor is self._rabat else "fr"
        body = {**content["body"], "demonstration": True}
        whole = {"to": [other.code], **content, "body": body}
        return actor.ask("send", **whole, **_by("release", f"{side}-release-1", title, handling, lang))

    def _reply(
        self, actor: Actor, note_id: str, kind: str, body: Message, lang: list[str], title: Mapping[str, str]
    ) -> None:
        side = "ma" if actor is self._rabat else "fr"
        author = _by("release", f"{side}-release-1", title, None, lang)
        actor.ask(
            "reply",
            id=note_id,
            kind=kind,
            body={**body, "author_post": "desk", "demonstration": True},
            **author,
        )


def _create(actor: Actor) -> Message:
    return actor.ask("create", side=actor.name, base_url=actor.address)


def _title_of(card: Text) -> dict[str, str]:
    """Of a post its label, of a body its names, of anything else its id."""
    if "label" in card:
        return dict(card["label"])
    if "names" in card:
        return {each["lang"]: each["text"] for each in card["names"]}
    return dict.fromkeys(BOTH_LANGUAGES, str(card["id"]))


def _public(data: Text) -> Text:
    return {**data, "visibility": "public", "author_post": "desk", "demonstration": True}


def _version(version: Message) -> Message:
    return {"id": version["id"], "content_hash": version["content_hash"]}


def _by(
    post: str,
    holder: str,
    title: Mapping[str, str],
    handling: Message | None = None,
    lang: list[str] = BOTH_LANGUAGES,
) -> Message:
    """Who authorises an act, and the fields of its envelope."""
    fields: Message = {"subject": mark_subject(dict(title)), "lang": lang}
    if handling is not None:
        fields["handling"] = handling
    return {"post": post, "holder": holder, "fields": fields}
