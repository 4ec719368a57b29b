"""What registers themselves bring to the search: persons with every spelling, texts taken in here."""

import json
from typing import Any

import pytest


@pytest.fixture
def found(office: Any) -> Any:
    """A node with a card of a person, a text that names her, and the search over both."""
    from mithaq.node.append.submit import Author, Desk, NoteContent
    from mithaq.node.read.indexing import Indexer
    from mithaq.registers.sources.intake.adding import Described, add_source

    names = [
        {"text": "نعيمة الودغيري", "lang": "ar", "script": "arab", "kind": "official"},
        {"text": "Naïma Oudghiri", "lang": "fr", "script": "latn", "kind": "official"},
    ]
    fields = {
        "subject": {"fr": "Carte"},
        "lang": ["fr"],
        "handling": {"code": "green", "caveats": [], "purpose": "ADMIN"},
    }
    body = {"card": "person", "id": "p-7", "author_post": "desk"}
    section = {"persons": json.dumps({"names": names}, ensure_ascii=False).encode()}
    author = Author("desk", "h-1")
    Desk(office.node).send_note(NoteContent("directory.card", ("fr-mi",), body, fields, section), author)
    text = "استقبلت نعيمة الودغيري وفدا من الوقاية المدنية بمدينة فاس يوم الخميس.\n".encode()
    add_source(office.node, text, Described(), author)
    Indexer(office.node).run()
    return office


def search(office: Any, words: str) -> str:
    browser = office.browser("amina")
    return str(browser.get("/fr/search/", {"q": words}).content.decode())


@pytest.mark.parametrize("words", ["Oudghiri", "الودغيري", "Naima", "naïma oudghiri"])
def test_r55_a_person_is_found_in_either_script(found: Any, words: str) -> None:
    found.found("amina", "desk", "drafter")
    assert "/fr/directory/" in search(found, words).partition('id="main"')[2]


def test_a_text_taken_in_is_found_by_its_words_and_leads_to_its_page(found: Any) -> None:
    found.found("amina", "desk", "drafter")
    from mithaq.registers.sources.models import Source

    [source] = Source.objects.all()
    assert f"/fr/sources/{source.source_id}/" in search(found, "الوقاية المدنية")


def test_a_text_in_the_other_script_is_offered_and_not_taken_for_a_hit(found: Any) -> None:
    found.found("amina", "desk", "drafter")
    page = search(found, "Oudgheeri")
    assert "الودغيري" in page
