"""When a text binds and when it ends: every rule as chosen at the pages, the same day on both nodes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from mithaq.core.instruments.entry_into_force import add_months
from mithaq.web.dates import write_date

from ..meetings.world import World
from .story import IN_FORCE, ask, both_say, conclude, initial, notice, propose, release, says, sign
from .test_with_programs import run

pytestmark = pytest.mark.timeout(300)

ENTRY = {"ar": "تاريخ الدخول حيز التنفيذ", "fr": "Entrée en vigueur"}
PROVISIONAL = {"ar": "مطبق بصفة مؤقتة", "fr": "Appliqué à titre provisoire"}


def told(words: dict[str, str], on: date) -> dict[str, str]:
    """The same words before the same day, in each language."""
    return {lang: f"{word} {write_date(on, lang)}" for lang, word in words.items()}


def signed(world: World, title: dict[str, str], **terms: str) -> str:
    object_id = propose(world.rabat, "agreement", title, **terms)
    both_say(world, object_id, title)
    initial(world, object_id)
    sign(world, object_id)
    return object_id


def test_the_other_rules_give_one_day_to_both_sides(agreements_world: World) -> None:
    """Days after the last notification, the day of another text, a given day and provisional application."""
    world, today = agreements_world, datetime.now(UTC).date()
    title = {"ar": "نص بعد أيام", "fr": "Texte après des jours"}
    first = signed(world, title, rule="N_DAYS_AFTER_LAST_NOTIFICATION", n="30")
    both_say(world, first, {"ar": "الإشعار باستكمال", "fr": "Notification de l’accomplissement"})
    for side in (world.rabat, world.paris):
        notice(side, first, "notify")
    enters = told(ENTRY, today + timedelta(days=30))
    both_say(world, first, enters)
    [content_hash] = {str(each["content_hash"]) for each in run(world.rabat, "agreement", "show", first)}
    with_it = {"ar": "نص يدخل معه", "fr": "Texte qui entre avec lui"}
    other = signed(world, with_it, rule="SAME_AS", other=content_hash)
    both_say(world, other, enters)
    given = {"ar": "نص في يوم معين", "fr": "Texte à jour fixe"}
    on = today + timedelta(days=90)
    dated = signed(world, given, rule="ON_DATE", date=f"{on:%d/%m/%Y}", provisional_from=f"{today:%d/%m/%Y}")
    both_say(world, dated, told(ENTRY, on))
    both_say(world, dated, PROVISIONAL)


def test_a_denunciation_tells_first_what_it_ends_and_when(agreements_world: World) -> None:
    world, today = agreements_world, datetime.now(UTC).date()
    title = {"ar": "نص سينتهي", "fr": "Texte qui prendra fin"}
    object_id = conclude(world, world.rabat, "agreement", title, denunciation_months="6")
    hanging = {"ar": "نص معلق به", "fr": "Texte qui en relève"}
    propose(world.rabat, "agreement", hanging, parent=object_id)
    says(world.paris, object_id, hanging["fr"])
    ends = add_months(today, 6)
    form = world.paris.author.open(f"agreements/{object_id}/do/denounce/").text
    assert hanging["fr"] in form
    assert write_date(ends, "fr") in form
    release(world.paris, ask(world.paris, object_id, "denounce"), "minister")

    for side in (world.rabat, world.paris):
        says(side, object_id, IN_FORCE[side.lang], write_date(ends, side.lang))
