"""Acts that cross: each side did its own before it saw that of the other."""

import re
from contextlib import ExitStack

import pytest

from ..meetings.world import Side, World
from .story import IN_FORCE, ask, both_say, edit, initial, propose, put_forward, release, says, start

pytestmark = pytest.mark.timeout(300)

TOO_LATE = {
    "ar": "ورد متأخرا: لم يكن آخر الموقعين قد اطلع عليه؛ ولم يبق سوى النقض",
    "fr": "il est arrivé trop tard",
}

BOTH_CLOCKS = re.compile(r"(\d\d:\d\d \w+) · (\d\d:\d\d \w+)")
"""Each node tells its own seat first."""


def told(side: Side, object_id: str, path: str, lang: str) -> str:
    """What a page of a text says to a reader of that language; both clocks in one order, no frame."""
    page = side.author.open(f"/{lang}/agreements/{object_id}/{path}").html
    [main] = re.findall(r"(?s)<main.*?</main>", page)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))
    return BOTH_CLOCKS.sub(lambda found: " · ".join(sorted(found.groups())), text)


def put_forward_and_initial(world: World, title: dict[str, str]) -> str:
    """Id of a text of Rabat that both sides have initialled: it can be signed."""
    object_id = propose(world.rabat, "agreement", title)
    both_say(world, object_id, title)
    initial(world, object_id)
    return object_id


def test_a_signature_and_a_withdrawal_that_cross_have_one_verdict_in_the_same_words(
    agreements_world: World,
) -> None:
    world = agreements_world
    title = {"ar": "نص متزامن", "fr": "Texte simultané"}
    object_id = put_forward_and_initial(world, title)
    release(world.paris, ask(world.paris, object_id, "sign", "minister"), "minister")
    says(world.rabat, object_id, "موقع جزئيا")
    with ExitStack() as rabat_frozen:
        with world.paris.frozen():
            release(world.rabat, ask(world.rabat, object_id, "sign", "minister"), "minister")
            rabat_frozen.enter_context(world.rabat.frozen())  # there is no moment in which both run
        release(world.paris, ask(world.paris, object_id, "withdraw", reason="Erreur"), "minister")
        says(world.paris, object_id, "Retrait en cours")
    for side in (world.rabat, world.paris):
        side.actor.ask("sync")
    both_say(world, object_id, IN_FORCE)
    for side in (world.rabat, world.paris):
        says(side, object_id, TOO_LATE[side.lang], path="timeline/")
    for lang in ("ar", "fr"):
        for path in ("", "timeline/"):
            here, there = (told(side, object_id, path, lang) for side in (world.rabat, world.paris))
            assert here == there


def test_a_signature_on_a_version_that_was_countered_meanwhile_is_refused_with_its_reason(
    agreements_world: World,
) -> None:
    """The preview was open before; nothing is sent, and the way to the newer version is shown."""
    world = agreements_world
    title = {"ar": "نص مضاد", "fr": "Texte contré"}
    object_id = put_forward_and_initial(world, title)
    preview = ask(world.rabat, object_id, "sign", "minister")
    draft = start(world.paris, object_id, "counter")
    edit(world.paris, draft, "art_1", text_fr="Un, contré.", text_ar="واحد، مضاد.")
    release(world.paris, put_forward(world.paris, draft))
    says(world.rabat, object_id, "واحد، مضاد.")
    minister = world.rabat.minister
    answer = minister.submit(preview, preview.form(having="shown"), 409)
    for word in ("سُحبت هذه الصيغة", "لم يتغير شيء", "annulled"):
        assert word in answer.text, answer.text
    both_say(world, object_id, {"ar": "الصيغة 2", "fr": "Version 2"})
    assert "Signé" not in told(world.rabat, object_id, "timeline/", "fr")
