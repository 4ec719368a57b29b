"""Cards for other programs: JSContact, vCard, Popolo. No Django."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mithaq.registers.directory.exchange import (
    Contact,
    ContactTitle,
    Popolo,
    write_jscontact,
    write_popolo,
    write_vcard,
)
from mithaq.registers.directory.exchange.popolo import PopoloCard

AT = datetime(2025, 4, 14, 9, 30, 5, 123000, tzinfo=UTC)
LAFTIT = {"fr": "Abdelouafi Laftit", "ar": "عبد الوافي لفتيت"}
POST = {"fr": "Ministre de l’intérieur", "ar": "وزير الداخلية"}
BODY = {"fr": "Ministère, de l’Intérieur; Rabat", "ar": "وزارة الداخلية"}
CONTACT = Contact(
    "urn:mithaq:directory:ma-mi:post:ma-mi.minister",
    "individual",
    LAFTIT,
    AT,
    [ContactTitle(POST, BODY)],
    [
        {"type": "phone", "value": "+212 5", "note": "standard"},
        {"type": "email", "value": "a@rabat.example"},
        {"type": "radio", "value": "canal 4"},
    ],
    ["ar", "fr"],
    "Rabat",
    "Africa/Casablanca",
    "08:30-16:30",
)


def unfold(data: bytes) -> list[str]:
    return data.decode().replace("\r\n ", "").split("\r\n")


def test_jscontact_has_the_other_language_as_patches() -> None:
    card = write_jscontact(CONTACT)
    assert (card["@type"], card["version"], card["uid"]) == ("Card", "1.0", CONTACT.uid)
    assert card["updated"] == "2025-04-14T09:30:05Z"
    assert card["name"]["full"] == "Abdelouafi Laftit"
    assert card["titles"]["t1"] == {
        "@type": "Title", "kind": "title", "name": POST["fr"], "organizationId": "o1",
    }  # fmt: skip
    assert card["organizations"]["o1"]["name"] == BODY["fr"]
    assert card["phones"]["c1"]["features"] == {"voice": True}
    assert card["addresses"]["seat"]["timeZone"] == "Africa/Casablanca"
    assert card["localizations"]["ar"] == {
        "name/full": LAFTIT["ar"], "titles/t1/name": POST["ar"], "organizations/o1/name": BODY["ar"],
    }  # fmt: skip


def test_a_vcard_names_both_languages_as_one_thing_and_escapes() -> None:
    lines = unfold(write_vcard(CONTACT))
    assert lines[:2] == ["BEGIN:VCARD", "VERSION:4.0"]
    assert lines[-2:] == ["END:VCARD", ""]
    assert "FN;ALTID=1;LANGUAGE=ar:عبد الوافي لفتيت" in lines
    assert "ORG;ALTID=2;LANGUAGE=fr:Ministère\\, de l’Intérieur\\; Rabat" in lines
    assert 'TEL;VALUE=text;TYPE="work,voice":+212 5' in lines
    assert "TZ:Africa/Casablanca" in lines


@given(st.text(min_size=1), st.text())
def test_no_text_breaks_out_of_its_line(value: str, note: str) -> None:
    hostile = Contact("urn:x", "org", {"fr": value}, AT, place=value, note=note)
    data = write_vcard(hostile)
    folded = data.split(b"\r\n")
    assert all(len(line) <= 75 for line in folded)
    assert [line for line in unfold(data) if line.startswith(("BEGIN", "END"))] == [
        "BEGIN:VCARD",
        "END:VCARD",
    ]
    data.decode()


def test_popolo_joins_persons_posts_and_organisations() -> None:
    spelling = {"text": LAFTIT["ar"], "lang": "ar", "script": "arab", "kind": "official"}

    def card(kind: str, card_id: str, label: dict[str, str], **body: Any) -> PopoloCard:
        return PopoloCard("ma-mi", kind, card_id, label, body, [spelling] if kind == "person" else [])

    found = write_popolo(
        Popolo(
            [
                card("person", "p1", LAFTIT),
                card("organisation", "ma-mi", BODY),
                card("post", "ma-mi.minister", POST, organisation="ma-mi", role_code="minister"),
                card("holding", "h1", {}, person="p1", post="ma-mi.minister", from_on="2017-04-05"),
            ]
        )
    )
    [membership] = found["memberships"]
    assert membership["person_id"] == found["persons"][0]["id"]
    assert membership["post_id"] == found["posts"][0]["id"]
    assert found["posts"][0]["organization_id"] == found["organizations"][0]["id"]
    assert membership["start_date"] == "2017-04-05"
    assert found["persons"][0]["other_names"] == [{"name": LAFTIT["ar"], "note": "ar, official"}]
