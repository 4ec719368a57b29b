"""How fast the workspace answers over a large record: server time and queries of each page, and of search.

    python bench/bench_pages.py [INSTRUMENTS [NOTES]]

Makes a node with 10,000 instruments and 100,000 notes of its own, feeds the search index, and asks each
page in this process, as an officer who may see everything. Prints one JSON object. Bars: p95 of a page at
most 150 ms and 12 queries; p95 of search at most 200 ms. It fails on none.
"""

import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

INSTRUMENTS, NOTES = 10_000, 100_000
PAGE_MS, PAGE_QUERIES, SEARCH_MS = 150.0, 12, 200.0
BATCH = 256
REPEATS = 20
STATEMENTS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"})
DOSSIER = "01900000-0000-7000-8000-0000000000aa"
WORDS = {
    "fr": (
        "migration frontière coopération retour visite réunion comité accord feuille route sécurité formation"
        " documents identité filière réadmission échange police gendarmerie protection civile incendie alerte"
        " événement stade préfecture ministre délégation calendrier suivi rapport indicateur mission renfort"
    ),
    "ar": (
        "الهجرة الحدود التعاون العودة زيارة اجتماع لجنة اتفاق خارطة الطريق الأمن التكوين الوثائق الهوية شبكة"
        " تبادل الشرطة الدرك الوقاية المدنية حريق إنذار حدث ملعب عمالة الوزير وفد رزنامة تتبع تقرير مؤشر بعثة"
    ),
}
NAMES = ("لفتيت", "Laftit", "Retailleau", "ريتايو", "Benslimane", "بنسليمان", "Darmanin", "دارمانان")
KINDS = (
    ("requests.request", {"class": "normal_7d", "questions": [{"no": 1, "text": {"fr": "Quoi ?"}}]}),
    ("requests.spontaneous_information", {}),
    ("requests.spontaneous_information", {}),
)
QUERIES = (
    "laftit", "لفتيت", "retailleau", "accord migration", "اتفاق", "réunion", "خارطة الطريق", "Benslimane",
    "dossier 77", "ministre visite rapport", "زيارة الوزير", "xyzzy",
)  # fmt: skip
PLAIN = (
    "", "due/", "waiting/", "new/", "journal/", "health/", "calendar/", "balance/", "outgoing/", "account/",
    "account/tokens/", f"dossiers/{DOSSIER}/", "journal/?kind=note.answer", "journal/?register=agreements",
    "journal/?from=50000", "requests/?page=1500", "requests/?state=delivered", "agreements/?page=150",
    "agreements/?state=proposed",
)  # fmt: skip


@dataclass
class Made:
    """What was made."""

    node: Any
    notes: list[str] = field(default_factory=list)
    instruments: list[str] = field(default_factory=list)


@contextmanager
def open_node_in(folder: Path) -> Iterator[Any]:
    """A fresh node with one partner that never answers, appending in this process."""
    from mithaq.main.wiring.setup import migrate, setup

    os.environ["MITHAQ_HOME"] = str(folder / "rabat")
    from mithaq.adapters.clock import SystemClock
    from mithaq.adapters.entropy import SystemEntropy
    from mithaq.main.card import parse_card
    from mithaq.main.enrolment import add_partner, build_card, create_node, load_own_root

    parts: dict[str, Any] = {"clock": SystemClock(), "entropy": SystemEntropy()}
    made = create_node(folder / "rabat", "ma-mi", "Rabat", "http://127.0.0.1:8140", **parts)
    create_node(folder / "paris", "fr-mi", "Paris", "http://127.0.0.1:8141", **parts)
    card = parse_card(build_card(folder / "paris"))
    setup(folder / "rabat")
    from mithaq.adapters.store.store import DatabaseStore, create_own_log
    from mithaq.main.wiring.build import opened_node
    from mithaq.main.wiring.writer import inline_writer
    from mithaq.web.runtime import set_node

    migrate()
    store = DatabaseStore(made.identity.code, made.identity.origin)
    with store.transaction():
        create_own_log(made.identity.code, made.identity.origin)
        store.roster.add_root(made.identity.code, 1, load_own_root(folder / "rabat"))
        add_partner(store.roster, store.followed, card, card.fingerprint, own_code=made.identity.code)
    with opened_node(folder / "rabat") as node, inline_writer(node, folder / "rabat"):
        set_node(node)
        yield node


def make_text(chance: random.Random, lang: str, count: int) -> str:
    words = WORDS[lang].split()
    return " ".join(chance.choice(words) for _ in range(count))


def make_fields(chance: random.Random, number: int) -> dict[str, Any]:
    fields = {
        "subject": {
            "fr": f"{make_text(chance, 'fr', 5)} {number}",
            "ar": f"{make_text(chance, 'ar', 5)} {number}",
        },
        "lang": ["fr", "ar"],
        "handling": {"code": chance.choice(("green", "green", "amber")), "caveats": [], "purpose": "ADMIN"},
    }
    return fields | ({"dossier": DOSSIER} if number % 997 == 0 else {})


def make_notes(made: Made, count: int) -> None:
    """Notes through the sequencer, as pages make them; then delivered, so that clocks run."""
    from mithaq.core.types import LeafIndex
    from mithaq.node.append.submit import Author, Desk, NoteContent

    chance, desk, author = random.Random(1), Desk(made.node), Author("desk", "p-desk")
    first = made.node.store.own.head().tree_size
    for start in range(0, count, BATCH):
        drafts = []
        for number in range(start, min(start + BATCH, count)):
            kind, body = chance.choice(KINDS)
            text = make_text(chance, chance.choice(("fr", "ar")), 30)
            if number % 500 == 0:
                text = f"{text} {chance.choice(NAMES)}"
            content = NoteContent(kind, ["fr-mi"], {**body, "text": text}, make_fields(chance, number))
            drafts.append(desk.draft_note(content, author))
        made.notes += [one.act_id for one in made.node.append(drafts)]
    last = made.node.store.own.head().tree_size - 1
    with made.node.store.transaction():
        made.node.store.projections.deliver_notes(
            made.node.identity.origin, "fr-mi", LeafIndex(first), LeafIndex(last), made.node.clock.now()
        )


def make_instruments(made: Made, count: int) -> None:
    """Proposals with articles in two languages."""
    from mithaq.core.instruments.bodies import InstrumentKind
    from mithaq.core.instruments.manifest import Signatory, build_manifest
    from mithaq.core.types import AdministrationCode
    from mithaq.node.append.submit import Author, Desk

    signatories = [Signatory(AdministrationCode(code), "minister") for code in ("ma-mi", "fr-mi")]
    chance, desk, author = random.Random(2), Desk(made.node), Author("desk", "p-desk")
    for start in range(0, count, BATCH):
        drafts = []
        for number in range(start, min(start + BATCH, count)):
            object_id, fields = desk.new_object_id(), make_fields(chance, number)
            data = {
                "title": fields["subject"],
                "articles": [
                    {
                        "eid": f"art_{article}",
                        "text": {"fr": make_text(chance, "fr", 20), "ar": make_text(chance, "ar", 20)},
                    }
                    for article in range(1, 6)
                ],
            }
            manifest = build_manifest(
                object_id=object_id,
                object_kind="agreements.agreement",
                object_v=1,
                signatories=signatories,
                effect={"rule": "ON_SIGNATURE"},
                data=data,
            )
            body = {"manifest": dict(manifest.members)}
            kind = InstrumentKind.PROPOSE
            drafts.append(desk.draft_on_instrument(object_id, kind, body, author, fields, act_id=object_id))
            made.instruments.append(object_id)
        made.node.append(drafts)


def sign_in(node: Any) -> Any:
    """An officer with every role that reads."""
    from django.test import Client

    from mithaq.web.accounts.founding import Founder, found_account
    from mithaq.web.api import rates

    rates.PAGE_BURST = 1_000_000_000  # one officer who asks for many pages, as fast as they come
    founder = Founder(
        "officer", "Officer", "fr", "desk", ["drafter", "releaser", "signatory", "auditor"],
        clearance="red", must_enrol=False, pseudonym="p-officer",
    )  # fmt: skip
    token = found_account(founder, node.clock.now())
    client = Client()
    answer = client.post(f"/fr/account/link/{token}/")
    assert answer.status_code == 302, answer.content[:500]
    return client


def addresses(made: Made) -> dict[str, list[str]]:
    """Name of a page -> addresses of it, taken in turn."""
    from mithaq.web.pages import installed_pages

    some = random.Random(3)
    notes = [some.choice(made.notes) for _ in range(REPEATS)]
    texts = [some.choice(made.instruments) for _ in range(REPEATS)]
    found = {name: [f"/fr/{name}"] for name in (*PLAIN, *(f"{each.name}/" for each in installed_pages()))}
    for tab in ("", "timeline/", "proof/"):
        found[f"requests/ID/{tab}"] = [f"/fr/requests/{one}/{tab}" for one in notes]
    for tab in ("", "timeline/", "text/", "proof/"):
        found[f"agreements/ID/{tab}"] = [f"/fr/agreements/{one}/{tab}" for one in texts]
    return found


@contextmanager
def caught_queries() -> Iterator[list[str]]:
    """Statements of the record's database, as the engine is given them; it tells of triggers once more."""
    from django.db import connection

    connection.ensure_connection()
    found: list[str] = []

    def note(text: str) -> None:
        verb = text.split(None, 1)[0].upper()
        if verb in STATEMENTS and (verb == "SELECT" or found[-1:] != [text]):
            found.append(text)

    connection.connection.set_trace_callback(note)
    try:
        yield found
    finally:
        connection.connection.set_trace_callback(None)


def time_calls(ask: Callable[[str], Any], places: list[str], repeats: int) -> dict[str, Any]:
    """p50 and p95 of the time of a call, and p95 of its share of a core, in ms."""
    walls, cores = [], []
    for number in range(repeats):
        start_s, core_s = time.perf_counter(), time.thread_time()
        ask(places[number % len(places)])
        cores.append((time.thread_time() - core_s) * 1000)
        walls.append((time.perf_counter() - start_s) * 1000)
    walls.sort()
    cores.sort()
    at = min(repeats - 1, int(repeats * 0.95))
    return {
        "p50_ms": round(walls[repeats // 2], 1),
        "p95_ms": round(walls[at], 1),
        "p95_core_ms": round(cores[at], 1),
    }


def measure(ask: Callable[[str], Any], places: list[str]) -> dict[str, Any]:
    """Times and the statements of one page; its status alone when it is not answered."""
    ask(places[0])
    with caught_queries() as caught:
        status = ask(places[0]).status_code
    if status != 200:
        return {"status": status}
    return {**time_calls(ask, places, REPEATS), "queries": len(caught)}


def measure_search(client: Any) -> dict[str, Any]:
    """All queries in turn, many times; and each by itself."""
    from urllib.parse import quote

    places = [f"/fr/search/?q={quote(text)}" for text in QUERIES]
    assert all(client.get(place).status_code == 200 for place in places)
    each = {
        text: time_calls(client.get, [place], 5)["p50_ms"]
        for text, place in zip(QUERIES, places, strict=True)
    }
    return {**time_calls(client.get, places, 120), "each_p50_ms": each}


def run(folder: Path, instruments: int, notes: int) -> dict[str, Any]:
    """Make, feed, ask."""
    from mithaq.main.wiring.collector import calm_collector

    with open_node_in(folder) as node:
        from mithaq.node.read.indexing import Indexer

        made, started_s = Made(node), time.monotonic()
        make_notes(made, notes)
        make_instruments(made, instruments)
        made_s, started_s = time.monotonic() - started_s, time.monotonic()
        read = Indexer(node).run()
        indexed_s = time.monotonic() - started_s
        client = sign_in(node)
        calm_collector()  # as a service does, once everything is loaded
        pages = {name: measure(client.get, places) for name, places in addresses(made).items()}
        search = measure_search(client)
    shown = {name: one for name, one in pages.items() if "p95_ms" in one}
    return {
        "bench": "pages",
        "instruments": instruments,
        "notes": notes,
        "made_s": round(made_s, 1),
        "indexed_per_s": round(read / indexed_s) if indexed_s else 0,
        "bars": {"page_p95_ms": PAGE_MS, "queries": PAGE_QUERIES, "search_p95_ms": SEARCH_MS},
        "worst_page": max(((one["p95_ms"], name) for name, one in shown.items()), default=None),
        "most_queries": max(((one["queries"], name) for name, one in shown.items()), default=None),
        "over": sorted(
            name for name, one in shown.items() if one["p95_ms"] > PAGE_MS or one["queries"] > PAGE_QUERIES
        ),
        "search": search,
        "pages": pages,
    }


def main() -> None:
    """Measure and print."""
    given = [int(one) for one in sys.argv[1:3]]
    instruments, notes = [*given, *(INSTRUMENTS, NOTES)[len(given) :]]
    with tempfile.TemporaryDirectory(prefix="mithaq-pages-") as made:
        record = run(Path(made), instruments, notes)
    print(json.dumps(record, ensure_ascii=False))


if __name__ == "__main__":
    main()
