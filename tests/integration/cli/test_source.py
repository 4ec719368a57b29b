"""``mithaq source`` as people and programs run it: exact keys, exact places, messages of three parts."""

import json
from pathlib import Path
from typing import Any

import pytest

from .two_homes import run

SEEDS = Path(__file__).parents[4] / "shared" / "seeds"
NUMBERS = ("000", "001", "002", "003", "004")
ADD_KEYS = {"id", "sha256", "findings", "proposals", "open"}
SHOW_KEYS = {
    "id",
    "language",
    "paragraphs",
    "content_spans",
    "boilerplate_spans",
    "persons",
    "bodies",
    "places",
    "dates",
    "themes",
    "quotes",
    "commitments",
}
MEETING_KEYS = {"sources", "participants", "place", "date", "reasons"}
TEXT = "Le ministre Abdelouafi Laftit a reçu lundi 14 avril 2025 à Rabat le ministre Bruno Retailleau.\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source") / "rabat"
    made = run(
        "node", "init", "--code", "ma-mi", "--name", "Rabat", "--origin", "ma-mi.example/log/1", "--quiet",
        home=folder,
    )  # fmt: skip
    assert made.code == 0, made.err
    return folder


@pytest.fixture(scope="module")
def seeds(home: Path) -> dict[str, dict[str, Any]]:
    """The five texts, taken in without any date: number -> what ``add`` printed."""
    found = {number: next(iter(SEEDS.glob(f"{number}_*.txt")), None) for number in NUMBERS}
    if None in found.values():
        pytest.skip("the folder of seed texts is not beside this repository")
    added = {}
    for number, file in found.items():
        ran = run("source", "add", str(file), "--json", home=home)
        assert ran.code == 0, ran.err
        added[number] = ran.record
    return added


def test_add_show_list_and_meetings_of_the_five_texts(home: Path, seeds: dict[str, dict[str, Any]]) -> None:
    names = {record["id"]: number for number, record in seeds.items()}
    for number, record in seeds.items():
        assert set(record) >= ADD_KEYS
        raw = next(iter(SEEDS.glob(f"{number}_*.txt"))).read_bytes().decode()
        shown = run("source", "show", record["id"], "--json", home=home).record
        assert set(shown) >= SHOW_KEYS
        check_places(raw, shown)
        assert {"published_on"} <= {one["what"] for one in record["open"]}
    listed = run("source", "list", "--json", home=home).records
    assert {one["id"] for one in listed} >= set(names)
    groups = json.loads(run("source", "meetings", "--json", home=home).out)
    assert all(set(group) >= MEETING_KEYS for group in groups)
    told = {frozenset(names[one] for one in group["sources"] if one in names): group for group in groups}
    assert set(told) >= {frozenset({"000", "002", "004"}), frozenset({"001", "003"}), frozenset({"004"})}
    assert all(group["reasons"] and group["date"] is None for group in told.values())
    assert sorted(told[frozenset({"000", "002", "004"})]["participants"]) == ["darmanin", "laftit"]


def check_places(raw: str, shown: dict[str, Any]) -> None:
    """Every text that is shown stands in the raw text at its place."""
    places = [
        *(
            one
            for kind in ("persons", "bodies", "places")
            for each in shown[kind]
            for one in each["mentions"]
        ),
        *shown["dates"],
        *shown["quotes"],
        *shown["commitments"],
    ]
    assert places
    for one in places:
        assert one["text"] == raw[one["start"] : one["end"]]
    for each in (*shown["persons"], *shown["bodies"], *shown["places"]):
        assert set(each) >= {"id", "names", "mentions"}
        assert set(each["names"]) == {"ar", "fr"}
    spans = sorted(
        (one["start"], one["end"]) for one in (*shown["content_spans"], *shown["boilerplate_spans"])
    )
    assert "".join("".join(raw[start:end] for start, end in spans).split()) == "".join(raw.split())
    assert all(one["value"] is None for one in shown["dates"] if one["precision"] == "open")


def test_dates_of_publication_date_the_meetings(home: Path, seeds: dict[str, dict[str, Any]]) -> None:
    for number, day in (("000", "2024-04-22"), ("001", "14/04/2025"), ("003", "15 avril 2025")):
        file = next(iter(SEEDS.glob(f"{number}_*.txt")))
        ran = run("source", "add", str(file), "--published", day, "--json", home=home)
        assert ran.record["id"] == seeds[number]["id"]
        assert not ran.record["is_new"]
    groups = json.loads(run("source", "meetings", "--json", home=home).out)

    dates = {frozenset(group["sources"]): group["date"] for group in groups}
    assert dates[frozenset(seeds[one]["id"] for one in ("000", "002", "004"))] == "2024-04-22"
    assert dates[frozenset(seeds[one]["id"] for one in ("001", "003"))] == "2025-04-14"
    told = run("source", "meetings", home=home).out
    assert "Review of existing agreements" in told
    assert "says otherwise: Conclusion of new agreements" in told


def test_stdin_and_what_people_read(home: Path) -> None:
    ran = run("source", "add", "-", "--publisher", "Journal", given=TEXT, home=home)

    assert ran.code == 0, ran.err
    assert "laftit [name.alias] Abdelouafi Laftit" in ran.out
    shown = run("source", "show", ran.out.split()[0][:12], home=home)
    assert "date: 2025-04-14 (day)" in shown.out
    check = run("rebuild", "--check", "--register", "sources", home=home)
    assert check.code == 0, check.out


HOSTILE: tuple[tuple[bytes, tuple[str, ...], str, int], ...] = (
    (b"", (), "source_empty", 1),
    (b"a\0b", (), "source_not_text", 1),
    (b"%PDF-1.7", (), "source_not_text", 1),
    (b"\xd8\xd9\xff\x81", (), "source_encoding", 1),
    (b"x" * 20_000_000, (), "file_too_long", 1),
    (b"x " * 200_000, (), "source_too_long", 5),
    (TEXT.encode(), ("--published", "yesterday"), "date_relative", 1),
    (TEXT.encode(), ("--published", "31/02/2025"), "date_impossible", 1),
    (TEXT.encode(), ("--url", "file:///etc/passwd"), "source_field", 1),
)


def test_hostile_input_has_three_parts_and_stores_nothing(home: Path) -> None:
    before = run("source", "list", "--json", home=home).out
    for given, options, code, exit_code in HOSTILE:
        ran = run("source", "add", "-", "--json", *options, given=given, home=home)
        error = json.loads(ran.out)["error"]
        assert (error["code"], ran.code) == (code, exit_code)
        assert error["kept"]
        assert error["do"]
        assert "Traceback" not in ran.err
    assert run("source", "list", "--json", home=home).out == before


def test_missing_things(home: Path) -> None:
    assert run("source", "show", "ffffffff", home=home).code == 1
    assert run("source", "add", "/no/such/file", home=home).code == 1
    assert run("source", "show", home=home).code == 2
