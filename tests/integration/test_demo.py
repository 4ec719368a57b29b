"""``mithaq demo`` as people run it: a process that makes two nodes, plays, and leaves nothing behind."""

import base64
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from mithaq.main.cli.schemas import SCHEMAS
from mithaq.main.demo.texts import read_text
from tests.demonstration import Demonstration, find_demonstration
from tests.forks import make_environment

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
WORDS = re.compile(r"[^\W\d_]+")
LINK = re.compile(r'href="/fr/([^"#]*)')
MOST_EXAMPLES = 2
MOST_STATEMENTS = 12
SHOWN = ("agreements", "directory", "meetings", "requests", "review", "roadmap")
SAME_WORDS = 6
"""So many words in a row, equal to those of a seed, would be a sentence copied."""


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "mithaq", *arguments]


@pytest.fixture(scope="module")
def demonstration() -> Demonstration:
    return find_demonstration()


@pytest.fixture(scope="module")
def played(
    demonstration: Demonstration, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Mapping[str, Any], str]:
    """A copy of both homes; what the command printed and told."""
    folder = tmp_path_factory.mktemp("demo")
    demonstration.copy_to(folder)
    return folder, demonstration.record, demonstration.steps


def acts_of(home: Path, kinds: str = "%") -> list[dict[str, Any]]:
    """Every act that the node of a home holds, of either log."""
    with sqlite3.connect(f"file:{home / 'record.sqlite3'}?mode=ro", uri=True) as database:
        found = [
            orjson.loads(row[0])
            for row in database.execute("SELECT envelope FROM store_act ORDER BY position")
        ]
    return [each for each in found if kinds == "%" or each["kind"].startswith(kinds)]


def status(home: Path) -> dict[str, Any]:
    ran = subprocess.run(
        command("--home", str(home), "node", "status", "--json"),
        env=make_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def test_the_object_has_its_keys(demonstration: Demonstration) -> None:
    folder, record = demonstration.folder, demonstration.record
    assert set(SCHEMAS["mithaq/demo/1"].keys) | {"schema"} == set(record)
    for node, code, home in zip(record["nodes"], ("ma-mi", "fr-mi"), ("rabat", "paris"), strict=True):
        assert {"code", "home", "tree_size", "root_hash", "cosigned_size"} <= set(node)
        assert (node["code"], node["home"]) == (code, str(folder / home))
        assert len(base64.b64decode(node["root_hash"], validate=True)) == 32
        assert node["cosigned_size"] == node["tree_size"] > 20
    assert (record["instruments_in_force"], record["notes_closed"]) == (14, 4)


def test_both_nodes_hold_the_same(played: tuple[Path, Mapping[str, Any], str]) -> None:
    folder, record, _ = played
    homes = [folder / "rabat", folder / "paris"]
    found = [status(home) for home in homes]
    for node, own, other in zip(record["nodes"], found, reversed(found), strict=True):
        assert (own["tree_size"], own["root_hash"]) == (node["tree_size"], node["root_hash"])
        [partner] = other["partners"]
        assert (partner["code"], partner["verified_size"]) == (node["code"], node["tree_size"])
        assert (own["quarantined"], own["alarms"]) in ((0, 0), (0, []), ([], []))


def test_r31_both_nodes_count_the_same_balance(played: tuple[Path, Mapping[str, Any], str]) -> None:
    """Open requests and what was answered in time: one count, the same on both sides."""
    folder, _, _ = played
    balances = []
    for home in ("rabat", "paris"):
        ran = subprocess.run(
            command("--home", str(folder / home), "balance", "--json"),
            env=make_environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        balances.append([json.loads(line) for line in ran.stdout.splitlines()])
    assert balances[0] == balances[1]
    requests = [row for row in balances[0] if row["register"] == "requests"]
    assert sum(row["in_time"] for row in requests) >= 1
    for row in balances[0]:
        assert row["opened"] == row["open"] + row["in_time"] + row["late"] + row["ended"]


def test_every_act_of_a_person_is_marked(played: tuple[Path, Mapping[str, Any], str]) -> None:
    folder, _, _ = played
    acts = [act for act in acts_of(folder / "paris") if act["actor"]["post"] != "node"]
    kinds = {act["kind"] for act in acts_of(folder / "paris")} - {act["kind"] for act in acts}
    assert kinds <= {"receipt", "key.root", "noop"}
    assert len(acts) > 40
    for act in acts:
        assert act["body"]["demonstration"] is True
        assert all(text.startswith(("عرض توضيحي", "Démonstration")) for text in act["subject"].values())


def test_the_story(played: tuple[Path, Mapping[str, Any], str]) -> None:
    folder, _, _ = played
    acts = acts_of(folder / "paris")
    kinds = [act["kind"] for act in acts]
    assert kinds.count("instrument.counter") == 3
    assert kinds.count("instrument.sign") == 30
    assert kinds.count("instrument.notify") == 2
    for kind in ("note.clarify", "note.explain", "note.refuse", "note.read"):
        assert kinds.count(kind) == 1
    manifests = [act["body"]["manifest"] for act in acts if act["kind"] == "instrument.propose"]
    past = [each["effect"]["past"] for each in manifests if "past" in each["effect"]]
    assert [each["signed_on"] for each in past] == [
        "2024-10-28", "2000-05-30", "2000-12-18", "2024-10-28", "2024-10-28",
    ]  # fmt: skip
    kinds_of = {each["object_kind"] for each in manifests}
    assert {"meetings.mandate", "meetings.communique", "meetings.agenda", "meetings.minutes"} <= kinds_of
    held_on = [each["data"]["meeting"]["held_on"] for each in manifests if "meeting" in each["data"]]
    assert held_on == ["2024-04-22", "2025-04-14"]


def test_what_belongs_to_a_meeting_a_roadmap_and_a_review_stands_in_its_dossier(
    played: tuple[Path, Mapping[str, Any], str],
) -> None:
    folder, _, _ = played
    acts = [*acts_of(folder / "rabat"), *acts_of(folder / "paris")]
    kind_of = {act["id"]: act.get("object_kind") for act in acts}
    filed = {(kind_of[act["dossier"]], act["object_kind"]) for act in acts if "dossier" in act}
    assert filed >= {
        ("meetings.invitation", "meetings.minutes"),
        ("meetings.invitation", "meetings.agenda"),
        ("roadmap.roadmap", "roadmap.progress_report"),
        ("review.review_plan", "review.review_deposit"),
    }


def test_one_office_had_two_holders(played: tuple[Path, Mapping[str, Any], str]) -> None:
    folder, _, _ = played
    acts = acts_of(folder / "rabat")
    cards = [
        act["body"] for act in acts if act["kind"] == "note.send" and act["body"].get("card") == "holding"
    ]
    held = sorted(
        (card["from_on"], card.get("to_on"), card["person"])
        for card in cards
        if card["post"] == "fr-mi.minister"
    )
    assert held == [
        ("2020-07-06", "2024-09-21", "fr-minister-1"),
        ("2024-09-21", None, "fr-minister-2"),
    ]
    # Who signs is the holder of the day of the signing, also of minutes about an earlier meeting.
    signings = [act["actor"] for act in acts if act["kind"] == "instrument.sign" and act["from"] == "fr-mi"]
    assert {(each["post"], each["holder"]) for each in signings} == {("minister", "fr-minister-2")}


@pytest.mark.parametrize(("lang", "url"), [("fr", "p/fr"), ("ar", "r/ar"), ("en", "r/en")])
def test_the_browser_opens_in_the_language_of_the_system(lang: str, url: str) -> None:
    from mithaq.main.cli.demo import _first_link

    logins = [
        {"role": role, "lang": own, "url": f"{node}/{own}/account/link/x/"}
        for node, own in (("r", "ar"), ("p", "fr"))
        for role in ("author", "releaser")
    ]
    assert _first_link(logins, lang) == f"{url}/account/link/x/"


def test_names_of_people_stand_in_sections_alone(played: tuple[Path, Mapping[str, Any], str]) -> None:
    folder, _, _ = played
    for act in acts_of(folder / "rabat"):
        text = json.dumps(act, ensure_ascii=False)
        for name in ("Laftit", "لفتيت", "Darmanin", "دارمانان", "Retailleau", "روتايو"):
            assert name not in text


def test_one_side_cannot_read_what_was_not_released(played: tuple[Path, Mapping[str, Any], str]) -> None:
    folder, _, _ = played
    [alone] = [act for act in acts_of(folder / "paris") if act["to"] == []]
    assert alone["object_kind"] == "meetings.paper"
    assert alone["id"] not in {act["id"] for act in acts_of(folder / "rabat")}
    text = alone["body"]["text"]["text"].encode()
    for file in (folder / "rabat").rglob("*"):
        if file.is_file():
            assert text not in file.read_bytes(), file


def test_every_page_takes_few_statements(
    played: tuple[Path, Mapping[str, Any], str], tmp_path: Path, django_db_blocker: Any
) -> None:
    """Lists, records and their pages over a filled store, as links lead to them."""
    from .database import caught_statements, sqlite_databases, use_databases

    home = tmp_path / "rabat"
    shutil.copytree(played[0] / "rabat", home)
    with django_db_blocker.unblock(), use_databases(sqlite_databases(home)), served(home) as browser:
        pages = walk(browser)
        counts: dict[str, tuple[int, list[str]]] = {}
        for name, paths in pages.items():
            for path in paths:
                browser.get(f"/fr/{path}")  # what is kept for a while is read once, not once a page
                with caught_statements() as asked:
                    assert browser.get(f"/fr/{path}").status_code == 200, path
                # A page of what is sensitive writes a row of the access log: each has room for it.
                spare = not any("access_row" in each for each in asked)
                counts[path] = max(counts.get(path, (0, [])), (len(asked) + spare, [name, *asked]))
    over = {path: asked for path, (count, asked) in counts.items() if count > MOST_STATEMENTS}
    assert not over, "\n".join(
        f"{path} {len(asked) - 1}\n" + "\n".join(each[:160] for each in asked) for path, asked in over.items()
    )
    wanted = {f"{one}-{tab}" for one in SHOWN for tab in ("list", "detail", "timeline", "proof")}
    assert wanted | {"agreements-diff", "agreements-text", "meetings-bodies"} <= set(pages)


def test_forms_of_another_version_take_few_statements(
    played: tuple[Path, Mapping[str, Any], str], tmp_path: Path, django_db_blocker: Any
) -> None:
    from .database import caught_statements, sqlite_databases, use_databases

    home = tmp_path / "paris"
    shutil.copytree(played[0] / "paris", home)
    with django_db_blocker.unblock(), use_databases(sqlite_databases(home)), served(home) as browser:
        from mithaq.registers.meetings.models import TextVersion
        from mithaq.registers.roadmap.models import RoadmapVersion

        agenda, mandate = (
            TextVersion.objects.filter(object_kind=f"meetings.{kind}").latest("created_ms").object_id
            for kind in ("agenda", "mandate")
        )
        roadmap = RoadmapVersion.objects.latest("created_ms").object_id
        for path in (
            f"meetings/{agenda}/do/revise-agenda/",
            f"meetings/{mandate}/do/revise-mandate/",
            f"roadmap/{roadmap}/draft/take/",
            f"roadmap/{roadmap}/draft/head/",
        ):
            assert browser.get(f"/fr/{path}").status_code == 200, path
            with caught_statements() as asked:
                browser.get(f"/fr/{path}")
            assert len(asked) <= MOST_STATEMENTS, (path, [each[:160] for each in asked])


def test_the_heaviest_pages_take_few_statements(
    played: tuple[Path, Mapping[str, Any], str], tmp_path: Path, django_db_blocker: Any
) -> None:
    """Every text and meeting with what it rests on, all of it at AMBER; and home right after a write."""
    from .database import caught_statements, sqlite_databases, use_databases

    home = tmp_path / "rabat"
    shutil.copytree(played[0] / "rabat", home)
    handle_as_amber(home / "record.sqlite3")
    with django_db_blocker.unblock(), use_databases(sqlite_databases(home)), served(home) as browser:
        from mithaq.node.records import JournalEntry
        from mithaq.registers.agreements.models import AgreementVersion
        from mithaq.registers.meetings.models import Meeting, TextVersion
        from mithaq.registers.roadmap.models import RoadmapVersion
        from mithaq.web.lasting import look_after
        from mithaq.web.runtime import get_node

        def count(path: str) -> int:
            assert browser.get(f"/fr/{path}").status_code == 200, path
            with caught_statements() as asked:
                browser.get(f"/fr/{path}")
            return len(asked) + (not any("access_row" in each for each in asked))

        ids = {
            name: set().union(*(model.objects.values_list("object_id", flat=True) for model in models))
            for name, models in (("agreements", [AgreementVersion]), ("meetings", [Meeting, TextVersion]))
        }
        paths = [f"{name}/{each}/" for name, found in ids.items() for each in found]
        for roadmap in set(RoadmapVersion.objects.values_list("object_id", flat=True)):
            paths += [f"roadmap/{roadmap}/", f"roadmap/{roadmap}/draft/take/"]
        counts = {path: count(path) for path in paths}
        node = get_node()
        browser.get("/fr/")
        look_after()  # as a service does every second
        node.store.journal.append(
            JournalEntry(0, "sources", "added", "a", {}, "desk", "h1", node.clock.now())
        )
        with caught_statements() as asked:
            browser.get("/fr/")
        counts["home"] = len(asked)
    assert {path: number for path, number in counts.items() if number > MOST_STATEMENTS} == {}
    assert len(counts) > 20


def handle_as_amber(database: Path) -> None:
    """Every act and row at GREEN as if it had been at AMBER: pages judge what they read, and log it."""
    with sqlite3.connect(database) as store:
        store.execute(
            "UPDATE store_act SET envelope ="
            """ CAST(replace(CAST(envelope AS TEXT), '"code":"green"', '"code":"amber"') AS BLOB)"""
        )
        for (table,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for _, column, *_ in store.execute(f"PRAGMA table_info({table})").fetchall():
                if column in ("code", "handling") and not table.startswith("access"):
                    store.execute(f"UPDATE {table} SET {column} = 'amber' WHERE {column} = 'green'")


def test_a_request_shows_its_answers_and_the_posts_behind_them(
    played: tuple[Path, Mapping[str, Any], str], tmp_path: Path, django_db_blocker: Any
) -> None:
    from .database import sqlite_databases, use_databases

    home = tmp_path / "rabat"
    shutil.copytree(played[0] / "rabat", home)
    [request] = {act["object"] for act in acts_of(home, "note.refuse")}
    with django_db_blocker.unblock(), use_databases(sqlite_databases(home)), served(home) as browser:
        html = browser.get(f"/fr/requests/{request}/").content.decode()
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
    head, _, answers = told.partition("Réponses")
    assert "Rédigé par le poste Point de contact · Agente du point de contact" in head
    for words in (
        "Répondu Ministère de l’Intérieur (France) au titre du poste : Responsable de l’envoi",
        "occupé par : Agente de l’envoi",
        "Question 1 Trois modes ont été relevés",
        "Fondement : Informations non disponibles · Question 2",
    ):
        assert words in answers


def walk(browser: Any) -> dict[str, list[str]]:
    """Name of a page -> paths, two at most, as links lead to them from home."""
    from django.urls import Resolver404, resolve
    from django.utils import translation

    waiting, seen, found = [""], {""}, dict[str, list[str]]()
    with translation.override("fr"):
        while waiting:
            path = waiting.pop(0)
            try:
                match = resolve(f"/fr/{path.partition('?')[0]}")
            except Resolver404:
                continue
            paths = found.setdefault(match.url_name or "", [])
            if len(paths) >= MOST_EXAMPLES or "GET" not in getattr(match.func, "methods", ("GET",)):
                continue
            answer = browser.get(f"/fr/{path}")
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                paths.append(path)
                links = [link for link in LINK.findall(answer.content.decode()) if link not in seen]
                seen.update(links)
                waiting += links
    return found


@dataclass
class StoppedClock:
    """One moment."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def monotonic_s(self) -> float:
        return 0.0


@contextmanager
def served(home: Path) -> Iterator[Any]:
    """A browser of an official who may see everything, at the node of this home."""
    from django.test import Client

    from mithaq.main.cli.homes import NoSigner
    from mithaq.main.wiring.build import open_node
    from mithaq.web.accounts.founding import Founder, found_account
    from mithaq.web.runtime import set_node

    roles = ("drafter", "translator", "releaser", "signatory", "auditor", "handling_officer")
    founder = Founder("reader", "Reader", "fr", "desk", roles, "red", must_enrol=False, pseudonym="p-reader")
    node = open_node(home, NoSigner())
    node.clock = StoppedClock(node.clock.now())  # what is kept for some seconds stays kept, on any machine
    set_node(node)
    try:
        browser = Client(raise_request_exception=False)
        token = found_account(founder, node.clock.now())
        assert browser.post(f"/fr/account/link/{token}/").status_code == 302
        yield browser
    finally:
        set_node(None)


def test_steps_are_told_on_stderr(played: tuple[Path, Mapping[str, Any], str]) -> None:
    _, _, told = played
    for step in ("Counter-proposal", "In force on both nodes", "Clarification asked", "released to nobody"):
        assert step in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    "name", ["declaration", "minutes-2024", "minutes-2025", "framework", "group", "open", "review"]
)
def test_texts_are_whole_in_both_languages(name: str) -> None:
    def check(value: object) -> int:
        if isinstance(value, dict):
            if set(value) & {"ar", "fr"}:
                assert set(value) == {"ar", "fr"}
                assert all(value.values())
                return 1
            return sum(check(each) for each in value.values())
        return sum(check(each) for each in value) if isinstance(value, list) else 0

    assert check(read_text(name)) >= 5


def test_r18_six_texts_are_under_review_and_one_side_is_sealed(
    played: tuple[Path, Mapping[str, Any], str],
) -> None:
    """The agreement of 2000 is in force since 1 May 2001; the opinions of Rabat are in its log alone."""
    folder, _, _ = played
    opinions = [act for act in acts_of(folder / "rabat") if act.get("object_kind") == "review.review_opinion"]
    assert [act["to"] for act in opinions] == [[]] * 6
    kinds = [act.get("object_kind") for act in acts_of(folder / "paris")]
    assert (kinds.count("review.review_opinion"), kinds.count("review.review_deposit")) == (0, 1)
    for act in opinions:
        reason = act["body"]["reason"]["ar"].encode()
        for file in (folder / "paris").rglob("*"):
            assert not file.is_file() or reason not in file.read_bytes(), file
    for home in ("rabat", "paris"):
        with sqlite3.connect(f"file:{folder / home / 'record.sqlite3'}?mode=ro", uri=True) as database:
            rows = database.execute("SELECT subject, entry_into_force_on FROM store_instrument").fetchall()
        assert [on for subject, on in rows if "30 mai 2000" in subject] == ["2001-05-01"]


def test_public_texts_of_a_folder_are_taken_in_as_sources(
    played: tuple[Path, Mapping[str, Any], str],
) -> None:
    folder, _, told = played
    assert told.count("taken in as sources") == 2
    for home in ("rabat", "paris"):
        shown = subprocess.run(
            command("--home", str(folder / home), "source", "list", "--json"),
            env=make_environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        assert len(shown.stdout.splitlines()) == 2
        acts = acts_of(folder / home)
        assert not [act for act in acts if act.get("object_kind", "").startswith("sources")]


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the source texts are not on this machine")
def test_no_sentence_is_copied_from_the_sources() -> None:
    def runs_of(text: str) -> set[tuple[str, ...]]:
        words = [word.lower() for word in WORDS.findall(text)]
        return {tuple(words[place : place + SAME_WORDS]) for place in range(len(words) - SAME_WORDS + 1)}

    def texts_in(value: object) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            for each in value.values() if isinstance(value, dict) else value:
                yield from texts_in(each)

    seeds = set().union(
        *(runs_of(file.read_text(encoding="utf-8")) for file in SEEDS.iterdir() if file.is_file())
    )
    names = ("declaration", "minutes-2024", "minutes-2025", "framework", "request", "one-side", "sides")
    own = set().union(*(runs_of(text) for name in names for text in texts_in(read_text(name))))
    assert own & seeds == set()


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rabat").mkdir()
    (tmp_path / "rabat" / "node.toml").write_text("")
    ran = subprocess.run(
        command("demo", "--once", "--dir", str(tmp_path)),
        env=make_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 5
    assert "home_not_empty" in ran.stderr


def test_ctrl_c_ends_both_nodes_and_leaves_nothing(tmp_path: Path) -> None:
    environment = make_environment(TMPDIR=str(tmp_path))
    with subprocess.Popen(
        command("--json", "--quiet", "demo", "--no-browser"),
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    ) as demo:
        assert demo.stdout is not None
        record = json.loads(demo.stdout.readline())
        ports = [int(node["url"].rpartition(":")[2]) for node in record["nodes"]]
        assert len(set(ports)) == 2
        assert all(is_open(port) for port in ports)
        demo.send_signal(signal.SIGINT)
        assert demo.wait(60) == 0
    assert not any(is_open(port) for port in ports)
    assert list(tmp_path.iterdir()) == []


def test_nothing_outlives_a_demonstration_that_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        command("demo", "--dir", str(tmp_path)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=make_environment(),
        text=True,
    ) as demo:
        assert demo.stderr is not None
        for line in demo.stderr:
            if "Node running" in line:
                break
        demo.kill()
    ends_s = time.monotonic() + 60
    while left := processes_about(tmp_path):
        assert time.monotonic() < ends_s, left
        time.sleep(0.1)


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def processes_about(folder: Path) -> list[str]:
    """Command lines of processes that name the folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in line and int(process.name) != os.getpid():
            found.append(line)
    return found
