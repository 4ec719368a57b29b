"""What this side alone tells the public: shown where it says so, never before its embargo, and marked."""

from datetime import timedelta
from typing import Any

import pytest

KIND = "meetings.own_communique"
TEXT = "Nous avons dit ceci de notre côté."


def send_word(office: Any, code: str = "clear", **body: Any) -> str:
    from mithaq.node.append.submit import Author, Desk, NoteContent

    fields = {
        "subject": {"fr": "Notre communiqué", "ar": "بلاغنا"},
        "lang": ["ar", "fr"],
        "handling": {"code": code, "caveats": [], "purpose": "ADMIN"},
    }
    content = NoteContent(KIND, ["fr-mi"], {"text": {"fr": TEXT}, **body}, fields)
    return str(Desk(office.node).send_note(content, Author("desk", "p-amina")).act_id)


def is_public(office: Any, object_id: str) -> bool:
    """Whether any public address shows it: list, page, JSON; they must agree."""
    browser = office.browser()
    listed = object_id in browser.get("/public/fr/words/").content.decode()
    told = object_id in browser.get("/public/fr/words/?format=json").content.decode()
    shown = {browser.get(f"/public/{lang}/words/{object_id}/").status_code for lang in ("ar", "fr", "en")}
    assert (listed, told) == (shown == {200}, shown == {200})
    return listed


def test_r05_ones_own_word_is_public_apart_from_what_was_agreed(office: Any) -> None:
    word = send_word(office, visibility="public")
    assert is_public(office, word)
    browser = office.browser()
    page = browser.get(f"/public/fr/words/{word}/").content.decode()
    assert TEXT in page
    assert "C’est la parole d’une partie." in page
    assert office.node.store.acts.by_id(word).commitment.hex() in page
    told = browser.get(f"/public/fr/words/{word}/?format=json").json()
    assert (told["agreed"], told["text"]) == (False, {"fr": TEXT})
    assert word not in browser.get("/public/fr/").content.decode()
    assert browser.get(f"/public/fr/{word}/").status_code == 404


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("green", {"visibility": "public"}),
        ("clear", {}),
        ("clear", {"visibility": "public", "readers": ["x"]}),
    ],
)
def test_what_is_not_for_the_public_stays_away(office: Any, code: str, body: dict[str, Any]) -> None:
    assert not is_public(office, send_word(office, code, **body))


def test_before_the_embargo_it_is_nowhere_and_after_a_withdrawal_no_more(office: Any) -> None:
    from mithaq.core.acts.kinds import Kind
    from mithaq.core.encoding import format_time
    from mithaq.node.append.submit import Author, Desk

    until = office.node.clock.now() + timedelta(hours=2)
    word = send_word(office, visibility="public", embargo_until_at=format_time(until))
    assert not is_public(office, word)
    office.clock.forward(hours=1)
    assert not is_public(office, word)
    office.clock.forward(hours=1)
    assert is_public(office, word)
    author = Author("desk", "p-amina")
    Desk(office.node).reply(
        word, Kind.NOTE_CORRECT, {"fields": {"text": {"fr": "Corrigé."}}, "reason": "coquille"}, author
    )
    assert "Corrigé." in office.browser().get(f"/public/fr/words/{word}/").content.decode()
    Desk(office.node).reply(word, Kind.NOTE_WITHDRAW, {"reason": "erreur"}, author)
    assert not is_public(office, word)


@pytest.mark.parametrize(
    "handling",
    [
        {"code": "amber", "caveats": [], "purpose": "ADMIN"},
        {"code": "clear", "caveats": ["h2"], "purpose": "ADMIN"},
    ],
)
def test_a_correction_that_is_not_for_the_public_takes_the_word_from_it(
    office: Any, handling: dict[str, Any]
) -> None:
    from mithaq.core.acts.kinds import Kind
    from mithaq.node.append.submit import Author, Desk

    word = send_word(office, visibility="public")
    body = {"fields": {"text": {"fr": "Pour nous seuls."}}, "reason": "à ne pas publier"}
    Desk(office.node).reply(
        word, Kind.NOTE_CORRECT, body, Author("desk", "p-amina"), {"handling": handling, "lang": ["fr"]}
    )
    assert not is_public(office, word)
