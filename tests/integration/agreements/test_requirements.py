"""Each requirement of agreements, at the pages of two real nodes: Arabic here, French there."""

from datetime import UTC, date, datetime

import pytest

from mithaq.core.instruments.entry_into_force import add_months
from mithaq.errors import ConflictError
from mithaq.web.dates import write_date

from ..meetings.world import Side, World, wait
from .story import (
    IN_FORCE,
    RESTS_ON,
    add,
    arrange,
    ask,
    begin,
    both_say,
    conclude,
    edit,
    initial,
    notice,
    propose,
    put_forward,
    refused,
    release,
    says,
    settle,
    sign,
    start,
)

pytestmark = pytest.mark.timeout(300)

SECOND_MONTH = "FIRST_DAY_OF_NTH_MONTH_AFTER_LAST_NOTIFICATION"


def first_of_second_month(last_on: date) -> date:
    """12 March gives 1 May."""
    months = last_on.year * 12 + last_on.month - 1 + 2
    return date(months // 12, months % 12 + 1, 1)


def concluded(world: World) -> str:
    """A text in force between both, for tests of what hangs on it."""
    if "agreement" not in world.made:
        title = {"ar": "اتفاق حول تبادل الخبرات", "fr": "Accord sur l’échange d’expertise"}
        world.made["agreement"] = conclude(world, world.rabat, "agreement", title)
    return str(world.made["agreement"])


def test_r08_a_declaration_of_before_is_a_text_that_others_cite(agreements_world: World) -> None:
    world = agreements_world
    title = {"ar": "إعلان سابق", "fr": "Déclaration antérieure"}
    object_id = propose(
        world.paris,
        "agreement",
        title,
        legal_nature="declaration_of_intent",
        rule="ON_SIGNATURE",
        past_signed_on="28 octobre 2024",
    )
    both_say(world, object_id, title)
    sign(world, object_id)  # concluded before the record: nobody compares languages again
    says(world.paris, object_id, "Signé le 28 octobre 2024", "Conclu avant le registre", IN_FORCE["fr"])
    says(world.rabat, object_id, "28 أكتوبر 2024", IN_FORCE["ar"])
    cites = {"ar": "نص يستند إلى الإعلان", "fr": "Texte fondé sur la déclaration"}
    citing = propose(world.rabat, "agreement", cites, parent=object_id)
    says(world.paris, citing, "Relève de", title["fr"])
    says(world.paris, object_id, "Ce qui en dépend", cites["fr"], "en relève")
    # Every text cites what it rests on: one that names nothing is not put forward, and nothing is lost.
    draft = begin(world.paris, "agreement", {"ar": "نص بلا أساس", "fr": "Texte sans fondement"})
    add(world.paris, draft, "Un.", "واحد.")
    settle(world.paris, draft, rule="ON_SIGNATURE")
    page = put_forward(world.paris, draft, 422)
    assert "Aucun fondement n’est indiqué." in page.text
    settle(world.paris, draft, basis=f"{object_id}@1")
    resting = release(world.paris, put_forward(world.paris, draft))
    says(world.rabat, resting, "الأساس", title["ar"])


def test_r17_a_framework_lists_its_members_and_bodies(agreements_world: World) -> None:
    world, member = agreements_world, concluded(agreements_world)
    title = {"ar": "إطار جديد للشراكة", "fr": "Nouveau cadre de partenariat"}
    framework = propose(
        world.rabat,
        "framework",
        title,
        legal_nature="framework",
        members=[member],
        bodies_created="Comité de suivi",
        rule=SECOND_MONTH,
        n="2",
    )
    says(world.paris, framework, "Accords membres", "Accord sur l’échange d’expertise", "Comité de suivi")
    says(world.rabat, member, "الاتفاقات", "يعده من أعضائه", title["ar"])


def test_r19_a_text_is_negotiated_compared_initialled_signed_and_enters(agreements_world: World) -> None:
    world = agreements_world
    title = {"ar": "اتفاق حول الوقاية المدنية", "fr": "Accord de sécurité civile"}
    draft = begin(world.paris, "agreement", title)
    add(world.paris, draft, "Un.", "واحد.", heading_fr="Objet", heading_ar="الموضوع")
    add(world.paris, draft, "Deux.", "")
    # What goes wrong is refused with its reason, and nothing is lost.
    assert "Aucune règle d’entrée en vigueur" in put_forward(world.paris, draft, 422).text
    settle(world.paris, draft, rule=SECOND_MONTH, n="2", review_every_months="24", basis=RESTS_ON)
    object_id = release(world.paris, put_forward(world.paris, draft))
    says(world.rabat, object_id, title["ar"])
    assert "العنوان ناقص" in refused(world.rabat, object_id, "sign", "minister")
    counter = start(world.rabat, object_id, "counter")
    assert "لا يختلف شيء" in put_forward(world.rabat, counter, 422).text
    edit(world.rabat, counter, "art_2", text_ar="اثنان.", text_fr="Deux, précisé.")
    add(world.rabat, counter, "Un bis.", "واحد مكرر.", after="art_1")
    preview = put_forward(world.rabat, counter)
    changed, _heading, whole = preview.text.partition("النص حرفيا كما سيُرسل")
    assert "ما يتغير مقارنة بالصيغة 1" in changed
    assert ("précisé." in changed, "Objet" in changed, "Objet" in whole) == (True, False, True)
    release(world.rabat, preview)
    says(world.paris, object_id, "Version 2", "Article 1 bis")
    diff = world.paris.author.open(f"agreements/{object_id}/diff/").text
    assert "ajouté : Un bis." in diff
    assert "ajouté : Deux, précisé." in diff
    assert "traducteur" in refused(world.paris, object_id, "sign", "minister")
    initial(world, object_id)
    sign(world, object_id)
    says(world.paris, object_id, "Notification de l’accomplissement des procédures internes", "attendu de")
    for side in (world.paris, world.rabat):
        notice(side, object_id, "notify")
    enters = first_of_second_month(datetime.now(UTC).date())
    says(world.paris, object_id, f"Entrée en vigueur {write_date(enters, 'fr')}")
    says(world.rabat, object_id, f"تاريخ الدخول حيز التنفيذ {write_date(enters, 'ar')}")
    assert "n’est pas en vigueur" in refused(world.paris, object_id, "suspend")


def test_r20_an_amendment_gives_a_consolidated_text_and_a_review_date(agreements_world: World) -> None:
    world = agreements_world
    title = {"ar": "اتفاق حول التكوين", "fr": "Accord de formation"}
    object_id = conclude(world, world.rabat, "agreement", title, review_every_months="24")
    due_on = add_months(datetime.now(UTC).date(), 24)
    says(world.paris, object_id, f"Réexamen {write_date(due_on, 'fr')}")
    says(world.rabat, object_id, f"المراجعة {write_date(due_on, 'ar')}")
    # So has a text that names none: a default, said to be one.
    says(world.paris, concluded(world), "Réexamen", "Par défaut, non convenu")
    says(world.rabat, concluded(world), "أجل افتراضي غير متفق عليه")
    draft = start(world.paris, object_id, "amend")
    edit(world.paris, draft, "art_2", text_fr="Deux, amendé.", text_ar="اثنان، معدل.")
    add(world.paris, draft, "Inséré.", "مضاف.", after="art_1")
    assert "Aucune règle" in put_forward(world.paris, draft, 422).text
    settle(world.paris, draft, rule="ON_SIGNATURE")
    amendment = release(world.paris, put_forward(world.paris, draft))
    says(world.rabat, amendment, "اثنان، معدل.", title["ar"])
    initial(world, amendment)
    sign(world, amendment)
    both_say(world, amendment, IN_FORCE)
    for side, words in (
        (world.paris, ("Deux, amendé.", "Article 1 bis", "Inséré.", "supprimé")),
        (world.rabat, ("اثنان، معدل.", "المادة 1 المكررة", "مضاف.")),
    ):
        says(side, object_id, *words, path="consolidated/")


def inform(side: Side) -> str:
    """A note of a register that needs a decision."""
    handling = {"code": "green", "caveats": [], "purpose": "ADMIN"}
    return str(
        side.actor.ask(
            "send", object_kind="requests.spontaneous_information", body={"text": "x"},
            to=["fr-mi" if side.code == "ma-mi" else "ma-mi"], post="release", holder="r",
            fields={"subject": {"fr": "R26"}, "lang": ["fr"], "handling": handling},
        )["id"]
    )  # fmt: skip


def comes(side: Side, note: str) -> None:
    path = f"/{side.lang}/requests/{note}/"
    wait(lambda: side.author.get(path).status_code == 200, f"{note} did not come to {side.code}")


def decide(world: World, *registers: str) -> str:
    """A decision on scope, from its articles to its entry into force."""
    title = {"ar": "مقرر النطاق", "fr": "Décision de périmètre"}
    draft = begin(world.rabat, "scope_decision", title)
    add(world.rabat, draft, "Ces registres s’ouvrent.", "تُفتح هذه السجلات.")
    settle(world.rabat, draft, rule="ON_SIGNATURE", registers=[*registers], from_on="1 يناير 2026")
    object_id = release(world.rabat, put_forward(world.rabat, draft))
    both_say(world, object_id, title)
    initial(world, object_id)
    sign(world, object_id)
    both_say(world, object_id, IN_FORCE)
    return object_id


def test_r26_registers_are_switched_on_with_a_partner_by_a_co_signed_decision(
    agreements_world: World,
) -> None:
    world = agreements_world
    closed = {"ar": "لم يُفتح بعد", "fr": "n’est pas encore ouvert"}
    for side in (world.rabat, world.paris):
        inform(side)
    decide(world, "meetings")
    for side in (world.rabat, world.paris):
        page = side.author.open("requests/")
        assert closed[side.lang] in page.text
        with pytest.raises(ConflictError) as caught:
            inform(side)
        assert caught.value.code == "register_closed"
        assert closed[side.lang] not in side.author.open("agreements/").text
    form = world.rabat.author.open(world.rabat.author.open("requests/").link("/agreements/new/"))
    assert form.main_form().values["kind"] == ["agreements.scope_decision"]
    object_id = decide(world, "requests", "protection", "events")
    says(world.paris, object_id, "Registres qu’elle ouvre", "events", "protection", "requests")
    for side in (world.rabat, world.paris):
        note = inform(side)
        assert closed[side.lang] not in side.author.open("requests/").text
        # Opened within the scope: no mark stands beside it, here or there.
        for reader in (world.rabat, world.paris):
            comes(reader, note)
            shown = reader.author.open(f"requests/{note}/").text
            assert "خارج النطاق" not in shown
            assert "Hors du périmètre" not in shown


def test_r29_a_suspension_stops_and_resumes_and_a_draft_survives_a_crossing(agreements_world: World) -> None:
    world, object_id = agreements_world, concluded(agreements_world)
    shown = world.rabat.author.open(f"agreements/{object_id}/do/suspend/").text
    assert "تتوقف آجال المذكرات" in shown
    notice(world.rabat, object_id, "suspend", ground="المادة 60", extent="whole")
    says(world.paris, object_id, "Suspendu", "Reprise", "attendu de", "le texte entier")
    notice(world.rabat, object_id, "resume")
    both_say(world, object_id, IN_FORCE)
    # One article by its number; an empty list never suspends the whole.
    page = ask(world.rabat, object_id, "suspend", ground="المادة 60", extent="single")
    assert "أشّروا على مادة واحدة على الأقل" in page.text
    notice(world.rabat, object_id, "suspend", ground="المادة 60", extent="single", scope=["#art_2"])
    says(world.rabat, object_id, IN_FORCE["ar"], "معلق جزئيا", "المادة 2", "معلقة: لا تطبق حاليا.")
    text = says(world.paris, object_id, IN_FORCE["fr"], "Suspendu en partie", "Suspendu : ne s’applique pas")
    assert text.partition("Suspendu : ne s’applique pas")[0].rstrip().endswith("المادة 2")
    notice(world.rabat, object_id, "resume")
    wait(
        lambda: "Suspendu en partie" not in world.paris.author.open(f"agreements/{object_id}/").text,
        "the article stands still for ever",
    )
    # Both start from version 1 of a text; the second to put forward keeps its draft and lays it over.
    title = {"ar": "نص متقاطع", "fr": "Texte croisé"}
    crossing = propose(world.rabat, "agreement", title)
    says(world.paris, crossing, title["fr"])
    draft = start(world.paris, crossing, "counter")
    edit(world.paris, draft, "art_1", text_fr="Un, Paris.", text_ar="واحد، باريس.")
    release(world.rabat, ask(world.rabat, crossing, "withdraw", reason="خطأ"), "minister")
    says(world.paris, crossing, "Retiré")
    kept = world.paris.author.open(f"agreements/drafts/{draft}/").text
    assert "Un, Paris." in kept


def test_r51_every_text_names_its_basis(agreements_world: World) -> None:
    world = agreements_world
    title = {"ar": "نص مؤسس", "fr": "Texte fondé"}
    object_id = propose(
        world.paris,
        "agreement",
        title,
        basis="Déclaration des deux chefs d’État\nتوجيهات سامية",
    )
    says(world.rabat, object_id, "Déclaration des deux chefs d’État", "توجيهات سامية")


def test_a_post_without_the_right_does_not_sign(agreements_world: World) -> None:
    world = agreements_world
    title = {"ar": "نص بلا صفة", "fr": "Texte sans qualité"}
    object_id = propose(
        world.rabat, "agreement", title, **{"post_fr-mi": "prefect", "post_ma-mi": "minister"}
    )
    both_say(world, object_id, title)
    initial(world, object_id)
    assert "Un autre poste que le vôtre" in refused(world.paris, object_id, "sign", "minister", 403)


def test_a_version_that_was_countered_meanwhile_costs_no_work(agreements_world: World) -> None:
    world = agreements_world
    title = {"ar": "نص متنازع", "fr": "Texte disputé"}
    object_id = propose(world.rabat, "agreement", title)
    says(world.paris, object_id, title["fr"])
    late, soon = start(world.paris, object_id, "counter"), start(world.paris, object_id, "counter")
    edit(world.paris, late, "art_1", text_fr="Un, gardé.", text_ar="واحد، محفوظ.")
    edit(world.paris, soon, "art_2", text_fr="Deux, parti.", text_ar="اثنان، ذهب.")
    release(world.paris, put_forward(world.paris, soon))
    says(world.rabat, object_id, "اثنان، ذهب.")
    again = start(world.rabat, object_id, "counter")
    edit(world.rabat, again, "art_1", text_fr="Un, Rabat.", text_ar="واحد، الرباط.")
    release(world.rabat, put_forward(world.rabat, again))
    says(world.paris, object_id, "Version 3")
    page = put_forward(world.paris, late, 422)
    assert "une version plus récente" in page.text
    assert "vôtres sont gardés dans le brouillon : 1" in page.text
    world.paris.author.submit(page, page.form(having="/base/"))
    release(world.paris, put_forward(world.paris, late))
    text = says(world.rabat, object_id, "واحد، محفوظ.", "اثنان، ذهب.")
    assert "واحد، الرباط." not in text.partition("الصيغ")[0]


def test_a_long_text_travels_as_a_part_and_is_compared_and_signed(agreements_world: World) -> None:
    world = agreements_world
    long = [(f"Disposition {n}. " + "mot " * 600, f"الحكم {n}. " + "كلمة " * 600) for n in range(8)]
    title = {"ar": "نص طويل", "fr": "Texte long"}
    draft = begin(world.paris, "agreement", title)
    settle(world.paris, draft, basis=RESTS_ON)
    for fr, ar in long:
        add(world.paris, draft, fr, ar)
    page = arrange(world.paris, draft, "up:art_2")
    assert page.text.index("Disposition 1.") < page.text.index("Disposition 0.")
    settle(world.paris, draft, rule="ON_SIGNATURE")
    object_id = release(world.paris, put_forward(world.paris, draft))
    says(world.rabat, object_id, "الحكم 7.")
    counter = start(world.rabat, object_id, "counter")
    edit(world.rabat, counter, "art_3", text_fr="Court.", text_ar="قصير.")
    release(world.rabat, put_forward(world.rabat, counter))
    says(world.paris, object_id, "Court.")
    wait(
        lambda: "Court." in world.paris.author.open(f"agreements/{object_id}/diff/").text,
        "the versions were never compared",
    )
    initial(world, object_id)
    sign(world, object_id)
    both_say(world, object_id, IN_FORCE)
