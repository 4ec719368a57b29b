"""The pages: languages, directions, what they say, and how they answer."""

import re
from typing import Any

import pytest

from .page import Page, read_page
from .world import TITLE, World

LANGUAGES = {"ar": "rtl", "fr": "ltr", "en": "ltr"}
LATIN = re.compile(r"[A-Za-zÀ-ÿ]{2,}")
ENGLISH = re.compile(r"\b(?:the|of|proof|signed|text|verify)\b", re.IGNORECASE)


def get(client: Any, address: str, status: int = 200) -> Page:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.content[:300])
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    return read_page(answer.content.decode())


@pytest.mark.parametrize(
    ("wanted", "lang"),
    [
        ("ar-MA,ar;q=0.9,fr;q=0.5", "ar"),
        ("fr-FR,fr;q=0.9,en;q=0.5", "fr"),
        ("de-DE,en-GB;q=0.8", "en"),
        ("de", "en"),
        ("", "en"),
        ("x" * 5_000, "en"),
        ("fr;q=0.1, ar;q=0.2", "ar"),
    ],
)
def test_the_browser_chooses_the_language(client: Any, wanted: str, lang: str) -> None:
    answer = client.get("/public/", headers={"Accept-Language": wanted} if wanted else {})
    assert (answer.status_code, answer["Location"]) == (302, f"/public/{lang}/")
    assert "Accept-Language" in answer["Vary"]


@pytest.mark.parametrize("lang", LANGUAGES)
class TestEachLanguage:
    def pages(self, client: Any, world: World, lang: str) -> list[Page]:
        missing = get(client, f"/public/{lang}/{'0' * 8}-0000-7000-8000-{'0' * 12}/", 404)
        return [get(client, f"/public/{lang}/"), get(client, f"/public/{lang}/{world.public}/"), missing]

    def test_language_and_direction_of_the_page(self, client: Any, world: World, lang: str) -> None:
        for page in self.pages(client, world, lang):
            [html] = page.find("html")
            assert html.attributes == {"lang": lang, "dir": LANGUAGES[lang]}

    def test_arabic_pages_isolate_every_latin_word(self, client: Any, world: World, lang: str) -> None:
        if lang != "ar":
            return
        for page in self.pages(client, world, lang):
            for text, path in page.texts:
                is_apart = any(
                    each.tag in ("bdi", "title") or each.attributes.get("lang", "ar") != "ar"
                    for each in path[1:]
                )
                assert is_apart or not LATIN.search(text), text

    def test_french_pages_hold_no_english(self, client: Any, world: World, lang: str) -> None:
        if lang != "fr":
            return
        for page in self.pages(client, world, lang):
            for text, path in page.texts:
                if not any(each.tag in ("code", "pre", "bdi") for each in path):
                    assert not ENGLISH.search(text.replace("d’inclusion", "")), text

    def test_no_script_no_form_and_only_own_files(self, client: Any, world: World, lang: str) -> None:
        for page in self.pages(client, world, lang):
            assert not page.find("script")
            for form in page.find("form"):
                assert form.attributes == {"class": "finder", "method": "get", "role": "search"}
            assert not page.find("img")
            assert not [each for each in page.elements if "style" in each.attributes]
            for link in page.find("link"):
                assert link.attributes["href"].startswith("/")

    def test_every_language_is_one_link_away(self, client: Any, world: World, lang: str) -> None:
        links = get(client, f"/public/{lang}/{world.public}/").links()
        assert {f"/public/{other}/{world.public}/" for other in LANGUAGES} <= set(links)

    def test_ids_are_unique_and_headings_there(self, client: Any, world: World, lang: str) -> None:
        for page in self.pages(client, world, lang):
            ids = [each.attributes["id"] for each in page.elements if "id" in each.attributes]
            assert len(ids) == len(set(ids))
            assert len(page.find("h1")) == 1
            assert len(page.find("main")) == 1


def test_the_list_names_the_text_and_nothing_else(client: Any, world: World) -> None:
    page = get(client, "/public/fr/")
    texts = [link for link in page.links() if re.fullmatch(r"/public/fr/[0-9a-f-]{36}/", link)]
    assert texts == [f"/public/fr/{world.public}/"]
    assert TITLE["fr"] in page.text
    assert TITLE["ar"] in page.text


def test_the_text_stands_in_two_columns_line_by_line(client: Any, world: World) -> None:
    for lang, order in (("ar", ["ar", "fr"]), ("fr", ["fr", "ar"]), ("en", ["fr", "ar"])):
        page = get(client, f"/public/{lang}/{world.public}/")
        cells = [each.attributes for each in page.find("td")]
        assert [each["lang"] for each in cells] == order * 3
        assert {(each["lang"], each["dir"]) for each in cells} == {("ar", "rtl"), ("fr", "ltr")}
        rows = [each.attributes["id"] for each in page.find("tr") if "id" in each.attributes]
        assert rows == ["art_1", "art_2", "art_3"]


def test_text_is_escaped_and_a_missing_language_is_said(client: Any, world: World) -> None:
    page = get(client, f"/public/fr/{world.public}/")
    assert '<b>& "seul"</b>' in page.text
    assert not page.find("b")
    assert "N’existe pas dans cette langue." in page.text


def test_the_panels_show_what_can_be_checked(client: Any, world: World) -> None:
    page = get(client, f"/public/en/{world.public}/")
    assert len(page.find("details")) == 3  # the proposal and both signings
    for shown in (
        "ma-mi.example/log/1",
        "Leaf index",
        "Commitment",
        "Content hash",
        "Cosignatures",
        "verified here",
    ):
        assert shown in page.text
    assert "does not verify" not in page.text
    assert "not cosigned yet" not in page.text
    notes = [
        text for text, path in page.texts if any(each.attributes.get("class") == "note" for each in path)
    ]
    assert len(notes) == 3
    assert all("\n\n— " in note and "/mirror/1 " in note for note in notes)
    assert "mithaq proof verify" in page.text


def test_answers_can_be_kept_but_set_no_cookie(client: Any, world: World) -> None:
    answer = client.get(f"/public/fr/{world.public}/")
    assert not answer.cookies
    assert answer["Cache-Control"] == "max-age=60"
    assert answer["Content-Language"] == "fr"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_page_takes_few_statements(client: Any, world: World) -> None:
    from django.db import connection

    for address in ("/public/fr/", "/public/fr/?q=accord", f"/public/fr/{world.public}/"):
        client.get(address)
        connection.ensure_connection()
        caught: list[str] = []
        connection.connection.set_trace_callback(caught.append)
        try:
            client.get(address)
        finally:
            connection.connection.set_trace_callback(None)
        assert len([each for each in caught if each.startswith("SELECT")]) <= 12, (address, caught)


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_only_reading(client: Any, world: World, method: str) -> None:
    for address in (
        "/public/",
        "/public/fr/",
        f"/public/fr/{world.public}/",
        f"/public/{world.public}/proof",
    ):
        assert getattr(client, method)(address).status_code == 405


def test_head_answers_like_get(client: Any, world: World) -> None:
    assert client.head(f"/public/fr/{world.public}/").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/public/de/",
        "/public/fr",
        "/public/fr/x/",
        "/public/fr/?page=0",
        "/public/fr/?page=²",
        "/public/fr/?page=99999999",
    ],
)
def test_other_addresses_are_missing(client: Any, address: str) -> None:
    get(client, address, 404)


def test_switching_the_language_keeps_what_was_asked(client: Any) -> None:
    links = get(client, "/public/fr/?q=accord&kind=agreements.agreement").links()
    assert "/public/ar/?q=accord&kind=agreements.agreement" in links


def test_an_empty_page_of_the_list(client: Any) -> None:
    assert "Aucun texte" in get(client, "/public/fr/?page=2").text


@pytest.mark.parametrize(
    ("path", "media"),
    [
        ("public/public.css", "text/css"),
        ("vendor/ibm-plex-sans-arabic/ibm-plex-sans-arabic-arabic-400-normal.woff2", "font/woff2"),
    ],
)
def test_own_files_are_served(client: Any, path: str, media: str) -> None:
    answer = client.get(f"/static/{path}")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith(media)
    assert "Access-Control-Allow-Origin" not in answer
    assert "Content-Security-Policy" in answer


@pytest.mark.parametrize(
    ("lang", "mark", "word"),
    [
        ("ar", "معلق جزئيا", "معلقة: لا تطبق حاليا."),
        ("fr", "Suspendu en partie", "Suspendu\N{NO-BREAK SPACE}: ne s’applique pas actuellement."),
        ("en", "Suspended in part", "Suspended: it does not apply now."),
    ],
)
@pytest.mark.usefixtures("article_suspended")
def test_an_article_that_stands_still_is_marked(
    client: Any, world: World, lang: str, mark: str, word: str
) -> None:
    texts = get(client, f"/public/{lang}/{world.public}/").texts
    assert mark in [text for text, _ in texts]
    marked = [path for text, path in texts if text == word]
    rows = [each.attributes.get("id") for path in marked for each in path if each.tag == "tr"]
    assert rows == ["art_2", "art_2"]
    told = client.get(f"/public/{lang}/{world.public}/?format=json").json()
    assert (told["state"], told["marks"]) == ("in_force", ["suspended_in_part"])
    assert told["suspended_articles"] == ["art_2"]
