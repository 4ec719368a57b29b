"""Who signed: the timeline of a text shows the holder of the day, and whoever signed beside him."""

import re
from typing import Any

from ..meetings.world import World, wait


def text_of(world: World, address: str) -> str:
    return re.sub(r"\s+", " ", world.paris.author.open(address).text)


def sign(world: World, holder: str) -> str:
    """A text of both sides that Paris signs by the hand of ``holder``."""
    fields: dict[str, Any] = {"subject": {"ar": "نص", "fr": "Texte"}, "lang": ["ar", "fr"]}
    version = world.rabat.actor.ask(
        "propose",
        object_kind="agreements.agreement",
        effect={"rule": "ON_SIGNATURE"},
        data={"title": fields["subject"], "articles": []},
        signatories=["ma-mi", "fr-mi"],
        post="release",
        holder="ma-release-1",
        fields={**fields, "handling": {"code": "green", "caveats": [], "purpose": "ADMIN"}},
    )
    address = f"/fr/agreements/{version['id']}/timeline/"
    wait(lambda: world.paris.author.get(address).status_code == 200, "the text never came to Paris")
    world.paris.actor.ask(
        "instrument",
        kind="instrument.sign",
        id=version["id"],
        content_hash=version["content_hash"],
        post="minister",
        holder=holder,
        fields=fields,
    )
    wait(lambda: "Bruno Retailleau" in text_of(world, address), "the signing never showed its holder")
    return text_of(world, address)


def test_a_signing_by_the_holder_of_the_day_shows_him_and_no_mark(world: World) -> None:
    shown = sign(world, "fr-minister-2")
    assert "Bruno Retailleau" in shown
    assert "Par une autre personne" not in shown


def test_a_signing_by_another_person_says_so_and_stays_valid(world: World) -> None:
    shown = sign(world, "fr-minister-1")
    assert "Bruno Retailleau" in shown
    assert "Par une autre personne que le titulaire de ce jour, sans délégation" in shown
    assert "Sans effet" not in shown
