"""What leaves, as people do it in pages; and what hostile ones try."""

import re
from typing import Any

import pytest

from .conftest import post, send
from .samples import QUESTION, draft, hand_over, make_request

ZEROS = "0" * 64

SEVEN_DAYS = {"ar": "7</bdi> أيام", "fr": "7</bdi>\N{NO-BREAK SPACE}jours", "en": "7</bdi> days"}


def people(office: Any) -> tuple[Any, Any]:
    return office.found("amina", "desk", "drafter"), office.found("karim", "release", "releaser")


def sent_acts(office: Any) -> int:
    return sum(1 for _ in office.node.store.acts.scan(office.node.identity.origin))


def shown_in(page: str) -> str:
    found = re.search(r'name="shown" value="([0-9a-f]{64})"', page)
    assert found, page[-3000:]
    return found[1]


def address_of(made: Any, step: str = "") -> str:
    return f"/fr/outgoing/{made.pk}/" + (f"{step}/" if step else "")


@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
def test_from_draft_to_release(office: Any, lang: str) -> None:
    author, _ = people(office)
    made = draft(office, author)
    writer, releaser = office.browser("amina"), office.browser("karim")
    address = f"/{lang}/outgoing/{made.pk}/"
    page = writer.get(address).content.decode()
    for shown in ("fr-mi", QUESTION, "normal_7d", "Demande d’informations", SEVEN_DAYS[lang]):
        assert shown in page
    assert 'name="shown"' not in page, "the author has no button to release"
    assert send(writer, f"{address}hand-over/", page).status_code == 302
    listed = releaser.get(f"/{lang}/outgoing/").content.decode()
    assert str(made.pk) in listed
    page = releaser.get(address).content.decode()
    answer = send(releaser, f"{address}release/", page, shown=shown_in(page))
    assert (answer.status_code, answer["Location"]) == (302, address)
    done = releaser.get(address)
    assert (done.status_code, made.act_id in done.content.decode()) == (200, True)
    assert sent_acts(office) == 1


def test_a_changed_draft_is_shown_again(office: Any) -> None:
    from mithaq.web.outgoing.drafts import change_draft

    from .samples import writer

    author, _ = people(office)
    made = draft(office, author)
    hand_over(office, author, made)
    releaser = office.browser("karim")
    page = releaser.get(address_of(made)).content.decode()
    change_draft(writer(office, author), made.pk, make_request(reference="geändert"), "Titre")
    hand_over(office, author, made)
    answer = send(releaser, address_of(made, "release"), page, shown=shown_in(page))
    assert answer.status_code == 409
    again = answer.content.decode()
    assert "geändert" in again
    assert shown_in(again) != shown_in(page)
    assert sent_acts(office) == 0
    assert send(releaser, address_of(made, "release"), again, shown=shown_in(again)).status_code == 302
    assert sent_acts(office) == 1


def test_a_factor_is_shown_again_after_five_minutes(office: Any) -> None:
    author, _ = people(office)
    made = draft(office, author)
    hand_over(office, author, made)
    releaser = office.browser("karim")
    office.clock.forward(minutes=6)
    page = releaser.get(address_of(made)).content.decode()
    answer = send(releaser, address_of(made, "release"), page, shown=shown_in(page))
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"/fr/account/confirm/?next=/fr/outgoing/{made.pk}/",
    )
    assert sent_acts(office) == 0


def test_a_code_opens_the_way_to_release_for_five_minutes(office: Any) -> None:
    from .test_accounts import code_of, enrol

    author, _ = people(office)
    releaser = office.browser("karim")
    secret = enrol(releaser)
    made = draft(office, author)
    hand_over(office, author, made)
    office.clock.forward(minutes=6)
    preview = f"/fr/outgoing/{made.pk}/"
    asked = releaser.get(f"/fr/account/confirm/?next={preview}")
    assert asked["Location"] == f"/fr/account/confirm/code/?next={preview}"
    wrong = post(releaser, asked["Location"], code="000000")
    assert (wrong.status_code, sent_acts(office)) == (200, 0)
    shown = post(releaser, asked["Location"], code=code_of(secret))
    assert (shown.status_code, shown["Location"]) == (302, preview)
    page = releaser.get(preview).content.decode()
    assert send(releaser, f"{preview}release/", page, shown=shown_in(page)).status_code == 302
    assert sent_acts(office) == 1


def test_the_act_names_what_proved_its_person(office: Any) -> None:
    import hashlib

    from mithaq.web.accounts.models import SignInAssertion

    author, _ = people(office)
    made = draft(office, author)
    hand_over(office, author, made)
    releaser = office.browser("karim")
    page = releaser.get(address_of(made)).content.decode()
    send(releaser, address_of(made, "release"), page, shown=shown_in(page))
    actor = office.node.store.acts.by_id(made.act_id).parsed.actor
    kept = SignInAssertion.objects.get(sha256=actor.assertion)
    assert hashlib.sha256(kept.text.encode()).hexdigest() == actor.assertion
    assert kept.user.login == "karim"
    assert office.tokens["karim"] not in kept.text


def test_in_a_demonstration_a_button_confirms_for_who_has_no_factor(office: Any) -> None:
    from django.conf import settings

    people(office)
    releaser = office.browser("karim")
    address = "/fr/account/confirm/?next=/fr/outgoing/"
    assert "/confirm/passkey/" in releaser.get(address)["Location"]
    settings.MITHAQ_IS_DEMONSTRATION = True
    try:
        office.clock.forward(minutes=6)
        answer = post(releaser, address)
        assert (answer.status_code, answer["Location"]) == (302, "/fr/outgoing/")
        for evil in ("https://evil.example/", "//evil.example/fr/", "javascript:alert(1)", "/log/"):
            answer = post(releaser, "/fr/account/confirm/", page=address, next=evil)
            assert answer["Location"] == "/fr/"
    finally:
        settings.MITHAQ_IS_DEMONSTRATION = False


def test_sent_back_with_a_reason_then_deleted(office: Any) -> None:
    author, _ = people(office)
    made = draft(office, author)
    hand_over(office, author, made)
    writer, releaser = office.browser("amina"), office.browser("karim")
    answer = post(releaser, address_of(made, "send-back"), page=address_of(made), reason="السبب واضح")
    assert answer.status_code == 302
    assert "السبب واضح" in writer.get(address_of(made)).content.decode()
    assert post(releaser, address_of(made, "delete"), page="/fr/account/").status_code in (403, 404)
    assert post(writer, address_of(made, "delete"), page=address_of(made)).status_code == 302
    assert writer.get(address_of(made)).status_code == 404


def test_a_withdrawal_is_a_further_act(office: Any) -> None:
    author, _ = people(office)
    made = draft(office, author)
    hand_over(office, author, made)
    writer, releaser = office.browser("amina"), office.browser("karim")
    page = releaser.get(address_of(made)).content.decode()
    send(releaser, address_of(made, "release"), page, shown=shown_in(page))
    assert "withdraw-reason" in writer.get(address_of(made)).content.decode()
    empty = post(writer, address_of(made, "withdraw"), page=address_of(made), reason=" ")
    assert empty.status_code == 400
    answer = post(writer, address_of(made, "withdraw"), page=address_of(made), reason="Erreur de sujet")
    assert answer.status_code == 302
    draft_page = writer.get(answer["Location"]).content.decode()
    assert "Erreur de sujet" in draft_page
    send(writer, f"{answer['Location']}hand-over/", draft_page)
    page = releaser.get(answer["Location"]).content.decode()
    send(releaser, f"{answer['Location']}release/", page, shown=shown_in(page))
    from mithaq.node.append.submit import Desk

    assert Desk(office.node).note_state(made.act_id, with_pending=True)[1].status == "withdrawn"
    assert "withdraw-reason" not in writer.get(address_of(made)).content.decode(), "it cannot be done twice"


def test_who_holds_another_post_that_may_release_is_told_to_change_to_it(office: Any) -> None:
    from datetime import date

    from mithaq.web.accounts.models import PostAssignment

    author, releaser = people(office)
    made = draft(office, author)
    hand_over(office, author, made)
    browser = office.browser("karim")
    hint = "choisissez-le en haut de la page"
    assert hint not in browser.get(address_of(made)).content.decode()
    rights = {"roles": ["drafter"], "clearance": "red", "purposes": ["OC"]}
    PostAssignment.objects.create(user=releaser, post="minister", from_on=date(2020, 1, 1), **rights)
    session = browser.session
    session["acting_post"] = "minister"
    session.save()
    page = browser.get(address_of(made)).content.decode()
    assert "<bdi>release</bdi>" in page.partition(hint)[0][-200:], page[-4_000:]


# Hostile ones


def test_no_form_without_its_token(office: Any) -> None:
    author, _ = people(office)
    made = draft(office, author)
    hand_over(office, author, made)
    releaser = office.browser("karim")
    shown = shown_in(releaser.get(address_of(made)).content.decode())
    other = office.browser()
    foreign = re.search(
        r'csrfmiddlewaretoken" value="([^"]+)"', other.get("/fr/account/sign-in/").content.decode()
    )
    assert foreign
    for fields in ({}, {"csrfmiddlewaretoken": "x" * 64}, {"csrfmiddlewaretoken": foreign[1]}):
        for step, more in (("release", {"shown": shown}), ("delete", {}), ("send-back", {"reason": "x"})):
            assert releaser.post(address_of(made, step), {**fields, **more}).status_code == 403
        for address in ("/fr/account/sign-out/", "/fr/account/post/", "/fr/account/officers/new/"):
            assert releaser.post(address, fields).status_code == 403
    evil = releaser.post(
        address_of(made, "release"),
        {"shown": shown},
        headers={"Origin": "https://evil.example", "Referer": "https://evil.example/"},
    )
    assert evil.status_code == 403
    assert sent_acts(office) == 0
    assert releaser.get("/fr/account/").status_code == 200


@pytest.mark.parametrize("shown", ["", ZEROS, "x", "../..", "0" * 63 + "é", ZEROS * 1000])
def test_a_forged_hash_sends_nothing(office: Any, shown: str) -> None:
    author, _ = people(office)
    made = draft(office, author)
    hand_over(office, author, made)
    releaser = office.browser("karim")
    answer = post(releaser, address_of(made, "release"), page=address_of(made), shown=shown)
    assert answer.status_code == 409
    assert sent_acts(office) == 0


def test_the_author_cannot_release_by_any_form(office: Any) -> None:
    """With the right hash, taken from the page of the releaser, and with the post of one."""
    from mithaq.web.accounts.models import PostAssignment

    author, _ = people(office)
    today = office.clock.now().date()
    PostAssignment.objects.create(
        user=author, post="release", roles=["releaser"], clearance="red", purposes=["OC"], from_on=today
    )
    made = draft(office, author)
    hand_over(office, author, made)
    writer, releaser = office.browser("amina"), office.browser("karim")
    shown = shown_in(releaser.get(address_of(made)).content.decode())
    post(writer, "/fr/account/post/", page="/fr/account/", post="release")
    answer = post(writer, address_of(made, "release"), page=address_of(made), shown=shown)
    assert (answer.status_code, b"own_draft" in answer.content) == (403, True)
    for extra in ({"emergency": "1"}, {"author_id": "x", "releaser": "x"}, {"two_persons": "false"}):
        answer = post(writer, address_of(made, "release"), page=address_of(made), shown=shown, **extra)
        assert answer.status_code == 403
    answer = post(
        writer,
        address_of(made, "emergency"),
        page=address_of(made),
        reason="this is not an emergency at all",
    )
    assert answer.status_code in (404, 409, 403)
    assert sent_acts(office) == 0


def test_strangers_do_not_learn_that_a_draft_is_there(office: Any) -> None:
    author, _ = people(office)
    office.found("sara", "security", "security_admin", clearance="clear")
    office.found("lila", "x", "reader")
    office.found("low", "release", "releaser", clearance="clear")
    made = draft(office, author)
    hand_over(office, author, made)
    unknown = "01900000-0000-7000-8000-000000000000"
    for login in ("sara", "lila", "low"):
        browser = office.browser(login)
        for step in ("", "release", "delete", "withdraw"):
            send_to = address_of(made, step)
            missing = send_to.replace(str(made.pk), unknown)
            answers = [
                browser.get(each) if not step else post(browser, each, page="/fr/account/", shown=ZEROS)
                for each in (send_to, missing)
            ]
            first, second = (each.status_code for each in answers)
            assert first == second, (login, step)
            assert first in (403, 404), (login, step)
        assert str(made.pk) not in browser.get("/fr/outgoing/").content.decode(errors="replace")
    assert sent_acts(office) == 0


def test_a_closed_account_is_out_at_once(office: Any) -> None:
    author, releaser = people(office)
    made = draft(office, author)
    hand_over(office, author, made)
    browser = office.browser("karim")
    page = browser.get(address_of(made)).content.decode()
    releaser.is_active = False
    releaser.save()
    answer = send(browser, address_of(made, "release"), page, shown=shown_in(page))
    assert answer.status_code == 302
    assert "/sign-in/" in answer["Location"]
    assert sent_acts(office) == 0


def test_a_post_that_was_taken_away_releases_nothing(office: Any) -> None:
    from datetime import timedelta

    from mithaq.web.accounts.models import PostAssignment

    author, releaser = people(office)
    made = draft(office, author)
    hand_over(office, author, made)
    browser = office.browser("karim")
    page = browser.get(address_of(made)).content.decode()
    yesterday = office.clock.now().date() - timedelta(days=1)
    assert PostAssignment.objects.filter(user=releaser).update(to_on=yesterday + timedelta(days=1))
    office.clock.forward(days=0)
    PostAssignment.objects.filter(user=releaser).delete()
    answer = send(browser, address_of(made, "release"), page, shown=shown_in(page))
    assert answer.status_code == 403
    assert sent_acts(office) == 0


def test_script_in_a_draft_stays_text(office: Any) -> None:
    author, _ = people(office)
    evil = '<script>alert(1)</script><img src=x onerror="x">'
    made = draft(office, author, make_request(reference=evil))
    page = office.browser("amina").get(address_of(made)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
