"""Who does what, in which order. Every step is told as it happens."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from mithaq.core.acts.roots import parse_signed_root
from mithaq.core.encoding import parse_base64
from mithaq.errors import ConflictError
from mithaq.main.card import parse_card
from mithaq.main.demo.actors import Actor, Pair
from mithaq.main.demo.group import play_group
from mithaq.main.demo.meetings import hold_meeting
from mithaq.main.demo.open_items import leave_open
from mithaq.main.demo.review import play_review
from mithaq.main.demo.roadmap import play_roadmap
from mithaq.main.demo.scope import open_registers
from mithaq.main.demo.stage import (
    BOTH_LANGUAGES,
    CLEAR,
    GREEN,
    Message,
    Stage,
    Tell,
    authorise,
    name_version,
    publish,
)
from mithaq.main.demo.texts import Text, make_rota, read_text


class Play:
    """The scenario of one demonstration."""

    def __init__(self, pair: Pair, tell: Tell) -> None:
        self._stage = Stage(pair, tell)
        self._pair = pair
        self._rabat = pair.rabat
        self._paris = pair.paris
        self.one_side_act = ""
        self.logins: list[Message] = []

    def set_up(self) -> None:
        """Make both nodes, let them exchange cards, start them."""
        with ThreadPoolExecutor(2) as pool:
            made = list(pool.map(_create, (self._rabat, self._paris)))
        self.logins = [login for side in made for login in side["logins"]]
        self._stage.say("made", (self._rabat, self._paris))
        self._enrol(self._rabat, made[1]["card"])
        self._enrol(self._paris, made[0]["card"])
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda actor: actor.ask("serve", port=actor.port), (self._rabat, self._paris)))
        for actor in (self._rabat, self._paris):
            self._stage.say("serving", (actor,), detail=actor.address)

    def run(self) -> None:
        """Play it all."""
        self._send_cards()
        open_registers(self._stage)
        declaration = self._stage.agree(read_text("declaration"))
        first = hold_meeting(self._stage, read_text("minutes-2024"))
        second = hold_meeting(self._stage, read_text("minutes-2025"), follows=first)
        play_group(self._stage, declaration["id"])
        minutes = self._stage.minutes
        texts = {"minutes-2024": minutes[first], "minutes-2025": minutes[second]}
        play_roadmap(self._stage, {**texts, "declaration": declaration["id"]})
        framework = self._negotiate_framework()
        play_review(self._stage, [_name_text(declaration, "declaration"), _name_text(framework, "framework")])
        self._ask_and_answer()
        leave_open(self._stage)
        self._write_for_one_side()

    def take_in(self, folder: Path) -> None:
        """Public texts of a folder, as sources of both nodes; nothing of them is copied into the scenario."""
        files = sorted(str(path.resolve()) for path in folder.iterdir() if path.is_file())
        taken = self._pair.both("take_in", files=files)
        for actor, one in zip((self._rabat, self._paris), taken, strict=True):
            self._stage.say("taken_in", (actor,), detail=f"{one['sources']}")

    # Nodes

    def _enrol(self, actor: Actor, card: str) -> None:
        # The pin is computed here from the root itself: it stands for the telephone call between two offices.
        root = parse_signed_root(parse_card(parse_base64(card)).root)
        actor.ask("enrol", card=card, fingerprint=root.sha256.hex())
        self._stage.say("enrolled", (actor,), detail=root.sha256.hex()[:16])

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
        self._stage.say("cards", (actor,), detail=f"{len(sent)}")
        return sent[-1]

    def _send_card(self, actor: Actor, card: Text) -> str:
        body = {name: value for name, value in card.items() if name != "persons"}
        content = {
            "object_kind": "directory.card",
            "body": {**body, "author_post": "desk"},
            # Names of people stand in a section, which can be erased while the log still verifies.
            "sections": {"persons": {"names": card["persons"]}} if "persons" in card else {},
        }
        return str(self._stage.send(actor, content, _title_of(card), GREEN)["id"])

    # Texts

    def _negotiate_framework(self) -> Message:
        text = read_text("framework")
        title = text["data"]["title"]
        first = self._stage.propose(text, title)
        changes = text["counter"]
        articles = {each["eid"]: each for each in text["data"]["articles"]} | changes["articles"]
        data = {**text["data"], "review_every_months": changes["review_every_months"]}
        data["articles"] = [articles[eid] for eid in sorted(articles)]
        second = self._paris.ask(
            "counter",
            id=first["id"],
            previous=first["content_hash"],
            effect=text["effect"],
            data=publish(data),
            **authorise("release", "fr-release-1", title, CLEAR),
        )
        self._stage.say("countered", (self._paris,), title, second["content_hash"][:16])
        self._stage.sign(self._rabat, second, title, "ma-minister-1")
        self._stage.sign(self._paris, second, title, "fr-minister-2")
        for actor, holder in ((self._rabat, "ma-minister-1"), (self._paris, "fr-minister-2")):
            actor.ask("await_signed", **name_version(second))
            actor.ask(
                "instrument",
                kind="instrument.notify",
                **name_version(second),
                **authorise("minister", holder, title),
            )
            self._stage.say("notified", (actor,), title)
        self._stage.see_in_force(second, title)
        return second

    # Request

    def _ask_and_answer(self) -> None:
        text = read_text("request")
        title = text["subject"]
        handling = {"code": "amber", "caveats": ["h0"], "purpose": "DRUGS"}
        content = {"object_kind": "requests.request", "body": {**text["body"], "author_post": "desk"}}
        note_id = self._stage.send(self._rabat, content, title, handling, ["ar"])["id"]
        self._stage.say("asked", (self._rabat,), title)
        seen = self._pair.both("await_note", id=note_id, state="delivered")
        if seen[0] != seen[1]:
            raise ConflictError("states_differ", "the nodes differ on the due minute")
        self._stage.say("due", (self._rabat, self._paris), title, seen[0]["due_at"])
        self._paris.ask(
            "reply",
            id=note_id,
            kind="note.read",
            body={"demonstration": True},
            **authorise("desk", "fr-desk-1", title),
        )
        steps = (
            (self._paris, "clarify", "clarification"),
            (self._rabat, "explain", "read"),
            (self._paris, "answer", "read"),
            (self._paris, "refuse", "answered"),
            (self._rabat, "close", "closed"),
        )
        for actor, verb, state in steps:
            self._stage.reply(actor, note_id, f"note.{verb}", text[verb]["body"], text[verb]["lang"], title)
            self._pair.both("await_note", id=note_id, state=state)
            self._stage.say(verb, (actor,), title)

    # One side alone

    def _write_for_one_side(self) -> None:
        text = read_text("one-side")
        content = {
            "object_kind": "meetings.paper",
            "to": [],
            "body": {**text["body"], "readers": ["fr-mi.minister"]},
        }
        handling = {"code": "red", "caveats": [], "purpose": "ADMIN"}
        sent = self._stage.send(self._paris, content, text["subject"], handling, ["fr"])
        self.one_side_act = sent["id"]
        self._stage.say("one_side", (self._paris,), text["subject"], f"fr-mi #{sent['leaf_index']}")


def _name_text(version: Message, scenario: str) -> tuple[str, dict[str, str]]:
    """Id and title of a text of the scenario."""
    return str(version["id"]), dict(read_text(scenario)["data"]["title"])


def _create(actor: Actor) -> Message:
    return actor.ask("create", side=actor.name, base_url=actor.address)


def _title_of(card: Text) -> dict[str, str]:
    """Of a post its label, of a body its names, of anything else its id."""
    if "label" in card:
        return dict(card["label"])
    if "names" in card:
        return {each["lang"]: each["text"] for each in card["names"]}
    return dict.fromkeys(BOTH_LANGUAGES, str(card["id"]))
