"""Cards for tests: those of the demonstration on two nodes, and single ones on one."""

from typing import Any

from mithaq.main.demo.texts import read_text

from ..meetings.world import World, wait

GREEN = {"code": "green", "caveats": [], "purpose": "ADMIN"}


def name(text: str, lang: str = "fr", kind: str = "official") -> dict[str, str]:
    return {"text": text, "lang": lang, "script": "arab" if lang == "ar" else "latn", "kind": kind}


ORGANISATION = {
    "card": "organisation",
    "id": "ma-mi",
    "names": [name("وزارة الداخلية", "ar"), name("Ministère de l’Intérieur")],
    "seat": {"place": "Rabat", "tzid": "Africa/Casablanca"},
}
POST = {
    "card": "post",
    "id": "ma-mi.minister",
    "organisation": "ma-mi",
    "role_code": "minister",
    "label": {"ar": "وزير الداخلية", "fr": "Ministre de l’intérieur"},
}


def issue(
    office: Any, body: dict[str, Any], names: list[dict[str, str]] | None = None, **changes: Any
) -> str:
    """A card of our side, sent as the desk sends it; answers the id of its note."""
    from mithaq.core.encoding import encode_canonical
    from mithaq.node.append.submit import Author, Desk, NoteContent

    sections = {"persons": encode_canonical({"names": names})} if names else {}
    fields = {"subject": {"ar": "بطاقة", "fr": "Fiche"}, "lang": ["ar", "fr"], "handling": GREEN, **changes}
    content = NoteContent("directory.card", ["fr-mi"], body, fields, sections)
    return str(Desk(office.node).send_note(content, Author("release", "p-release")).act_id)


def reply(office: Any, note_id: str, kind: str, body: dict[str, Any]) -> None:
    from mithaq.core.acts.kinds import Kind
    from mithaq.node.append.submit import Author, Desk

    Desk(office.node).reply(note_id, Kind(kind), body, Author("release", "p-release"))


def send_all_cards(world: World) -> None:
    """The cards of the demonstration, each by its own side; until both sides have all."""
    sent = {}
    for side, key in ((world.rabat, "rabat"), (world.paris, "paris")):
        for card in read_text("sides")[key]["cards"]:
            body = {each: value for each, value in card.items() if each != "persons"}
            sent[key] = side.actor.ask(
                "send",
                object_kind="directory.card",
                to=[world.other(side).code],
                body=body,
                sections={"persons": {"names": card["persons"]}} if "persons" in card else {},
                post="release",
                holder="x-release",
                fields={
                    "subject": {"ar": card["id"], "fr": card["id"]},
                    "lang": ["ar", "fr"],
                    "handling": GREEN,
                },
            )["id"]
    for side, key in ((world.rabat, "paris"), (world.paris, "rabat")):
        address = f"/{side.lang}/directory/{sent[key]}/"
        wait(lambda side=side, address=address: side.author.get(address).status_code == 200, f"no {address}")  # type: ignore[misc]
