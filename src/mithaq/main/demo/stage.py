"""What every chapter of the demonstration does: say what happened, send, answer, propose, sign."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mithaq.errors import ConflictError
from mithaq.main.demo.actors import Actor, Pair
from mithaq.main.demo.texts import Text, mark_subject
from mithaq.registers.meetings.rules.addresses import iterate_lines
from mithaq.registers.meetings.rules.kinds import COMMUNIQUE, INITIALLING, MINUTES

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


class Stage:
    """Both sides, and the one who tells.

    Attributes:
        minutes: id of a meeting -> id of its minutes.
    """

    def __init__(self, pair: Pair, tell: Tell) -> None:
        self.pair = pair
        self.rabat = pair.rabat
        self.paris = pair.paris
        self._tell = tell
        self.minutes: dict[str, str] = {}

    def say(
        self, key: str, who: tuple[Actor, ...], title: Mapping[str, str] | None = None, detail: str = ""
    ) -> None:
        """Tell a step."""
        self._tell(Step(key, tuple(actor.name for actor in who), title or {}, detail))

    def by_code(self, code: str) -> tuple[Actor, Actor]:
        """The side of that code, and the other one."""
        return (self.rabat, self.paris) if code == self.rabat.code else (self.paris, self.rabat)

    # Texts

    def agree(self, text: Text, french_holder: str = "fr-minister-2") -> Message:
        """Proposed by Rabat, signed by both, in force."""
        title = text["data"].get("title") or text["data"]["name"]
        version = self.propose(text, title)
        if text["object_kind"] in (MINUTES, COMMUNIQUE):
            self._compare(text, version, title)
        self.sign(self.paris, version, title, french_holder)
        self.sign(self.rabat, version, title, "ma-minister-1")
        self.see_in_force(version, title)
        return version

    def propose(
        self, text: Text, title: Mapping[str, str], by: Actor | None = None, *, is_public: bool = True
    ) -> Message:
        """A text of both sides, put forward by Rabat if nobody else is named."""
        actor = by or self.rabat
        data = {**text["data"], "author_post": "desk", "demonstration": True}
        handling, dossier = CLEAR if is_public else GREEN, text.get("dossier", "")
        version = actor.ask(
            "propose",
            object_kind=text["object_kind"],
            effect=text["effect"],
            data=publish(data) if is_public else data,
            signatories=[self.rabat.code, self.paris.code],
            **authorise("release", f"{side_of(actor)}-release-1", title, handling, dossier=dossier),
        )
        self.say("proposed", (actor,), title, version["content_hash"][:16])
        return version

    def _compare(self, text: Text, version: Message, title: Mapping[str, str]) -> None:
        """A translator of each side has compared both languages, line by line: else nobody may sign."""
        lines = [line.name for line in iterate_lines(text["data"])]
        body = {
            "instrument": version["id"],
            "version": 1,
            "content_hash": version["content_hash"],
            "concordance": {"post": "desk", "lines": lines},
            "author_post": "desk",
        }
        for actor in (self.rabat, self.paris):
            content = {"object_kind": INITIALLING, "body": body}
            self.send(actor, content, title, GREEN, dossier=text.get("dossier", ""))
        self.say("compared", (self.rabat, self.paris), title, f"{len(lines)}")

    def sign(self, actor: Actor, version: Message, title: Mapping[str, str], holder: str) -> None:
        """One side signs a version."""
        author = authorise("minister", holder, title)
        actor.ask("instrument", kind="instrument.sign", **name_version(version), **author)
        self.say("signed", (actor,), title, version["content_hash"][:16])

    def see_in_force(self, version: Message, title: Mapping[str, str]) -> None:
        """Both nodes see it in force, on one day.

        Raises:
            ConflictError: ``states_differ``.
        """
        seen = self.pair.both("await_entry", **name_version(version))
        if seen[0] != seen[1]:
            raise ConflictError("states_differ", "the nodes differ on the day of entry into force")
        self.say("in_force", (self.rabat, self.paris), title, seen[0]["entry_into_force_on"])

    # Notes

    def send(
        self,
        actor: Actor,
        content: Message,
        title: Mapping[str, str],
        handling: Message,
        lang: list[str] = BOTH_LANGUAGES,
        *,
        dossier: str = "",
    ) -> Message:
        """A note to the other side; ``dossier`` is the id of what it belongs to."""
        other = self.paris if actor is self.rabat else self.rabat
        body = {**content["body"], "demonstration": True}
        whole = {"to": [other.code], **content, "body": body}
        holder = f"{side_of(actor)}-release-1"
        return actor.ask(
            "send", **whole, **authorise("release", holder, title, handling, lang, dossier=dossier)
        )

    def reply(
        self, actor: Actor, note_id: str, kind: str, body: Message, lang: list[str], title: Mapping[str, str]
    ) -> None:
        """An act on a note."""
        author = authorise("release", f"{side_of(actor)}-release-1", title, None, lang)
        actor.ask(
            "reply",
            id=note_id,
            kind=kind,
            body={**body, "author_post": "desk", "demonstration": True},
            **author,
        )


def side_of(actor: Actor) -> str:
    """``ma`` or ``fr``: how the pseudonyms of a side begin."""
    return actor.code.partition("-")[0]


def publish(data: Text) -> Text:
    """Data of a text that the public may read."""
    return {**data, "visibility": "public", "author_post": "desk", "demonstration": True}


def name_version(version: Message) -> Message:
    """What a call names a version by."""
    return {"id": version["id"], "content_hash": version["content_hash"]}


def authorise(
    post: str,
    holder: str,
    title: Mapping[str, str],
    handling: Message | None = None,
    lang: list[str] = BOTH_LANGUAGES,
    *,
    dossier: str = "",
) -> Message:
    """Who authorises an act, and the fields of its envelope."""
    fields: Message = {"subject": mark_subject(dict(title)), "lang": lang}
    if handling is not None:
        fields["handling"] = handling
    if dossier:
        fields["dossier"] = dossier
    return {"post": post, "holder": holder, "fields": fields}
