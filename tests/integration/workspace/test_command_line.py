"""Four eyes on the command line of a service, and the first sign-in link."""

import json
from pathlib import Path

import pytest

from ..cli.two_homes import run


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A node where people release, with a partner on its roster."""
    folder = tmp_path_factory.mktemp("service")
    made = run(
        "--json", "node", "init", "--code", "ma-mi", "--service", "--languages", "ar,fr", home=folder / "a"
    )
    assert made.code == 0, made.err
    (folder / "init.json").write_text(made.out)
    other = run("--json", "node", "init", "--code", "fr-mi", home=folder / "b")
    fingerprint = run("--json", "node", "card", "--fingerprint", home=folder / "b").record["fingerprint"]
    card = other.record["card_file"]
    added = run("--json", "partner", "add", card, "--fingerprint", fingerprint, home=folder / "a")
    assert added.code == 0, added.err
    return folder


def note(folder: Path) -> str:
    content = {
        "object_kind": "requests.request",
        "to": ["fr-mi"],
        "subject": {"fr": "Essai"},
        "lang": ["fr"],
        "handling": {"code": "green", "caveats": [], "purpose": "OC"},
        "body": {"class": "normal_7d", "questions": [{"no": 1, "text": "Combien ?"}]},
    }
    file = folder / "note.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return str(file)


def test_init_gives_the_first_sign_in_link(home: Path) -> None:
    login_url = json.loads((home / "init.json").read_text())["login_url"]
    assert login_url.startswith("http://127.0.0.1:8000/ar/account/link/")
    token = login_url.rstrip("/").rpartition("/")[2]
    assert token.encode() not in (home / "a" / "record.sqlite3").read_bytes()


def test_a_note_of_the_command_line_stops_before_the_border(home: Path) -> None:
    sent = run("--json", "note", "send", note(home), "--yes", home=home / "a")
    assert sent.code == 0, sent.err
    assert (sent.record["state"], sent.record["leaf_index"]) == ("to_release", None)
    assert run("--json", "act", "list", home=home / "a").records == []
    shown = run("--json", "note", "show", sent.record["id"], home=home / "a")
    assert shown.code == 1


def test_the_command_line_does_not_sign_there(home: Path) -> None:
    signed = run(
        "--json", "instrument", "sign", "01900000-0000-7000-8000-000000000000", "--yes", home=home / "a"
    )
    assert (signed.code, signed.record["error"]["code"]) == (3, "release_by_people")
