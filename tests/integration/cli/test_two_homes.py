"""The command line on two real nodes: made, enrolled, served; notes, instruments, exports, proofs."""

import json

import pytest

from mithaq.main.cli.schemas import SCHEMAS

from .two_homes import Home, enrol, run, run_alone

REQUEST = {
    "object_kind": "requests.request",
    "to": ["fr-mi"],
    "subject": {"fr": "Vérification", "ar": "تحقق"},
    "handling": {"code": "AMBER", "caveats": [], "purpose": "verification"},
    "body": {"class": "normal_7d", "questions": [{"no": 1, "text": "Oui ?"}]},
    "sections": {"persons": {"names": ["x"]}},
}
FRAMEWORK = {
    "object_kind": "agreements.framework",
    "subject": {"fr": "Cadre", "ar": "إطار"},
    "signatories": [
        {"administration": "ma-mi", "post": "minister"},
        {"administration": "fr-mi", "post": "minister"},
    ],
    "effect": {"rule": "ON_SIGNATURE"},
    "handling": {"code": "CLEAR", "caveats": [], "purpose": "publication"},
    "parts": [
        {"name": "text", "lang": "fr", "media": "text/plain", "text": "Bonjour"},
        {"name": "text", "lang": "ar", "media": "text/plain", "text": "مرحبا"},
    ],
}

HEAVY = {
    "allauth",
    "cheroot",
    "cryptography.x509",
    "docx",
    "django.contrib.auth.models",
    "django.contrib.sessions",
    "fido2",
    "httpx",
    "icalendar",
    "importlib.metadata",
    "lxml",
    "mithaq.main.cli.instrument",
    "mithaq.main.urls",
    "mithaq.node.append.submit",
    "mithaq.registers.agreements.reading",
    "mithaq.registers.directory.projection",
    "mithaq.registers.sources.rules.speech",
    "mithaq.web.accounts.forms",
    "mithaq.web.views",
    "openpyxl",
    "pydantic",
    "pypdf",
    "requests",
    "rich",
    "weasyprint",
}
"""What takes long to load, and neither says where a node stands nor verifies a proof."""


@pytest.fixture(scope="module")
def homes(tmp_path_factory):
    """Two nodes that know each other, both served."""
    folder = tmp_path_factory.mktemp("homes")
    rabat, paris = Home(folder / "rabat", "ma-mi"), Home(folder / "paris", "fr-mi")
    for home in (rabat, paris):
        made = home.init()
        assert set(made) - {"schema"} == set(SCHEMAS["mithaq/node-init/1"].keys)
    assert enrol(rabat, paris)["code"] == "fr-mi"
    assert enrol(paris, rabat)["code"] == "ma-mi"
    for home in (rabat, paris):
        assert home.serve()["origin"] == home.origin
    yield rabat, paris
    for home in (rabat, paris):
        if home.process is not None:
            home.stop()


@pytest.fixture
def rabat(homes):
    return homes[0]


@pytest.fixture
def paris(homes):
    return homes[1]


def expect_keys(record):
    keys = set(SCHEMAS[record["schema"]].keys)
    assert keys <= set(record), keys - set(record)


def test_status_and_doctor(rabat):
    status = rabat.ask("node", "status")
    expect_keys(status)
    assert (status["code"], status["origin"]) == ("ma-mi", "ma-mi.example/log/1")
    assert {"code", "verified_size", "applied_index", "last_contact_at", "health"} <= set(
        status["partners"][0]
    )
    checks = rabat.ask("node", "doctor")["checks"]
    assert {check["level"] for check in checks} <= {"ok", "warn"}
    assert all(set(check) == {"code", "level", "message", "remedy"} for check in checks)


def test_a_start_loads_all_that_the_first_acts_need(rabat, paris):
    information = {
        "object_kind": "requests.spontaneous_information",
        "to": ["fr-mi"],
        "subject": {"fr": "Premier acte"},
        "handling": {"code": "GREEN", "caveats": [], "purpose": "ADMIN"},
        "body": {"text": "x"},
    }
    sent = rabat.ask("note", "send", "-", given=json.dumps(information))
    for home in (rabat, paris):
        home.wait_for(
            lambda rows: any((row["id"], row["state"]) == (sent["id"], "delivered") for row in rows),
            "note",
            "list",
        )
    assert rabat.loaded_since_ready() == set()
    assert paris.loaded_since_ready() == set()


def test_a_command_loads_no_more_than_it_needs(rabat):
    status = run_alone("--json", "node", "status", home=rabat.folder, traced=True)
    assert json.loads(status.out)["code"] == "ma-mi"
    assert HEAVY & status.loaded == set()
    verified = run_alone("proof", "verify", "nothing", "--policy", "nothing", traced=True)
    assert verified.code == 1, verified.err
    assert (HEAVY | {"django", "sqlite3", "mithaq.node.node"}) & verified.loaded == set()


def delivered(rows, note_id):
    return [row for row in rows if row["id"] == note_id and row["state"] == "delivered"]


def test_a_note_from_send_to_close(rabat, paris, tmp_path):
    path = tmp_path / "note.json"
    path.write_text(json.dumps(REQUEST))
    before = rabat.ask("node", "status")["tree_size"]
    dry = rabat.do("note", "send", str(path), "--dry-run")
    assert (dry.code, dry.out) == (0, "")
    assert "requests.request" in dry.err
    sent = rabat.ask("note", "send", str(path))
    expect_keys(sent)
    assert sent["leaf_index"] >= before
    note_id = sent["id"]
    seen = paris.wait_for(lambda rows: bool(delivered(rows, note_id)), "note", "list")
    [seen] = delivered(seen, note_id)
    assert seen["due_at"].endswith(":00.000Z")
    assert paris.ask("note", "ack", note_id)["state"] == "read"
    again = paris.do("--json", "note", "ack", note_id)
    assert (again.code, again.record["error"]["code"]) == (5, "out_of_state")
    answer = json.dumps({"answers": [{"question_no": 1, "text": "Oui"}]})
    replied = paris.ask("note", "reply", note_id, "-", "--final", given=answer)
    expect_keys(replied)
    rabat.wait_for(lambda rows: rows[0]["state"] == "answered", "note", "list")
    assert rabat.ask("note", "reply", note_id, "--close", "--outcome", "done")["state"] == "closed"
    paris.wait_for(lambda rows: rows[0]["state"] == "closed", "note", "list", "--register", "requests")
    shown = paris.ask("note", "show", note_id)
    expect_keys(shown)
    assert [act["kind"] for act in shown["acts"]] == ["note.send", "note.read", "note.answer", "note.close"]
    assert shown["sections"] == ["persons"]
    assert shown["handling"] == {"code": "AMBER", "caveats": [], "purpose": "verification"}


def test_an_instrument_from_proposal_to_force(rabat, paris, tmp_path):
    path = tmp_path / "framework.json"
    path.write_text(json.dumps(FRAMEWORK))
    proposed = rabat.ask("instrument", "propose", str(path))
    expect_keys(proposed)
    object_id = proposed["id"]
    paris.wait_for(lambda rows: [row["id"] for row in rows] == [object_id], "instrument", "list")
    counter = json.dumps(
        {"parts": [{"name": "text", "lang": "fr", "media": "text/plain", "text": "Bonsoir"}]}
    )
    countered = paris.ask("instrument", "propose", "-", "--counter", object_id, given=counter)
    assert (countered["version"], countered["state"]) == (2, "countered")
    rabat.wait_for(lambda rows: rows[0]["version"] == 2, "instrument", "list")
    wrong = rabat.do("--json", "instrument", "sign", object_id, "--version", "2", "--hash", "00" * 32)
    assert (wrong.code, wrong.record["error"]["code"]) == (5, "hash_differs")
    signed = rabat.ask("instrument", "sign", object_id, "--hash", countered["content_hash"])
    expect_keys(signed)
    paris.wait_for(lambda rows: rows[0]["state"] == "part_signed", "instrument", "list")
    paris.ask("instrument", "sign", object_id)
    for home in (rabat, paris):
        home.wait_for(lambda rows: rows[0]["state"] == "in_force", "instrument", "list")
    shown = rabat.ask("instrument", "show", object_id, "--diff", "1", "2")
    expect_keys(shown)
    assert [each["state"] for each in shown["versions"]] == ["declined", "in_force"]
    assert {"version", "previous", "parts"} == {each["path"] for each in shown["diff"]}


def test_sync_journal_and_verify(rabat, paris):
    for pulled in rabat.list("sync"):
        expect_keys(pulled)
        assert (pulled["origin"], pulled["from_size"]) == (paris.origin, pulled["to_size"])
    acts = rabat.list("act", "list", "--limit", "1000")
    assert {act["log"] for act in acts} == {rabat.origin, paris.origin}
    for act in acts[:1]:
        expect_keys(act)
        expect_keys(rabat.ask("act", "show", act["id"]))
        assert json.loads(rabat.do("act", "show", act["id"], "--raw").out)["id"] == act["id"]
    reports = rabat.list("log", "verify")
    assert [(one["origin"], one["ok"]) for one in reports] == [(rabat.origin, True), (paris.origin, True)]
    assert all(model["equal"] for model in rabat.ask("rebuild", "--check")["registers"])
    assert rabat.list("partner", "list")[0]["verified_size"] == paris.ask("node", "status")["tree_size"]


@pytest.mark.parametrize("is_own", [True, False])
def test_an_exported_log_is_verified_alone(rabat, paris, tmp_path, is_own):
    origin = rabat.origin if is_own else paris.origin
    made = rabat.ask("log", "export", str(tmp_path / "log"), "--origin", origin)
    expect_keys(made)
    files = [path for path in (tmp_path / "log").rglob("*") if path.is_file()]
    assert len(files) == made["files"]
    vkey = (tmp_path / "log" / "vkey").read_text().strip()
    assert vkey == made["vkey"]
    verified = run("--json", "log", "verify", "--dir", str(tmp_path / "log"), "--vkey", vkey)
    assert (verified.code, verified.record["tree_size"]) == (0, made["tree_size"])
    again = rabat.do("--json", "log", "export", str(tmp_path / "log"))
    assert (again.code, again.record["error"]["code"]) == (5, "folder_not_empty")
    [tile] = (tmp_path / "log" / "tile" / "0").rglob("*.p/*")
    tile.write_bytes(tile.read_bytes()[:-1] + b"\x00")
    assert run("log", "verify", "--dir", str(tmp_path / "log"), "--vkey", vkey).code == 1


@pytest.mark.parametrize("is_own", [True, False])
def test_a_proof_is_verified_alone(rabat, paris, tmp_path, is_own):
    log = rabat.origin if is_own else paris.origin
    act = rabat.list("act", "list", "--log", log, "--limit", "1")[0]
    proof, policy = tmp_path / "act.tlog-proof", tmp_path / "policy"
    made = rabat.ask("proof", "export", act["id"], "-o", str(proof), "--policy", str(policy))
    expect_keys(made)
    verified = run("--json", "proof", "verify", str(proof), "--policy", str(policy))
    assert verified.code == 0, verified
    expect_keys(verified.record)
    assert (verified.record["origin"], verified.record["leaf_index"]) == (log, act["leaf_index"])
    assert verified.record["cosignatures"]


def test_what_is_not_there_and_what_is_refused(rabat, tmp_path):
    for arguments in (
        ("act", "show", "nothing"),
        ("note", "show", "nothing"),
        ("instrument", "sign", "nothing"),
        ("log", "verify", "nothing"),
        ("sync", "nothing"),
        ("note", "send", str(tmp_path / "nothing")),
        ("note", "send", "-", "--post", "nobody"),
    ):
        ran = rabat.do("--json", *arguments, given="{}")
        assert (ran.code, ran.err.count("\n")) == (1, 1), ran
        assert ran.record["error"]["kept"]
    card = rabat.do("node", "card", "--quiet").out
    refused = rabat.do("--json", "partner", "add", "-", "--fingerprint", "00" * 32, given=card)
    assert (refused.code, refused.record["error"]["code"]) == (3, "fingerprint")
    bad = rabat.do("--json", "note", "send", "-", given=json.dumps({**REQUEST, "body": {"class": "never"}}))
    assert (bad.code, bad.record["error"]["code"]) == (1, "request_class")


def test_a_second_service_and_a_partner_that_is_away(rabat, paris, tmp_path):
    second = rabat.do("--json", "node", "serve", "--bind", "127.0.0.1:0")
    assert (second.code, second.record["error"]["code"]) == (5, "sequencer_running")
    assert paris.stop() == 0
    away = rabat.do("--json", "sync")
    assert away.code == 4
    path = tmp_path / "note.json"
    path.write_text(json.dumps(REQUEST))
    rabat.ask("note", "send", str(path))
    # With no service of its own, a command appends and pulls in its own process.
    [pulled] = paris.list("sync", rabat.origin)
    assert pulled["to_size"] > pulled["from_size"]
    assert paris.list("note", "list", "--state", "delivered")
    assert paris.serve()["code"] == "fr-mi"


def test_a_checkpoint_brought_by_hand(rabat, tmp_path):
    """With the restore, or later to the guard that waits; of this log alone, and cosigned by a partner."""
    rabat.wait_for(lambda rows: rows[0]["tree_size"] == rows[0]["cosigned_size"] > 0, "node", "status")
    rabat.ask("log", "export", str(tmp_path / "log"))
    good = tmp_path / "log" / "checkpoint"
    for name in ("data", "keystore"):
        rabat.ask("node", "backup", "--set", name, "--to", str(tmp_path / name))
    restored, rubbish = Home(tmp_path / "again", "ma-mi"), tmp_path / "rubbish"
    rubbish.write_text("nothing\n")
    refused = restored.do("--json", "node", "restore", str(tmp_path / "data"), "--checkpoint", str(rubbish))
    assert refused.code == 1
    found = restored.ask("node", "restore", str(tmp_path / "data"), "--checkpoint", str(good))
    assert found["mode"] == "guard"
    restored.ask("node", "restore", str(tmp_path / "keystore"))
    found = restored.ask("node", "restore", "--checkpoint", str(good))
    assert found["mode"] == "guard"
    assert "counts as the answer" in found["reason"]
    alone = tmp_path / "alone"
    alone.write_bytes(b"".join(good.read_bytes().splitlines(keepends=True)[:5]))
    refused = restored.do("--json", "node", "restore", "--checkpoint", str(alone))
    assert refused.record["error"]["code"] == "not_cosigned_by_partner"
    assert refused.code == 5
    assert restored.do("node", "restore").code == 2
    not_closed = rabat.do("--json", "node", "restore", "--checkpoint", str(good))
    assert not_closed.record["error"]["code"] == "guard"


def test_backup_and_restore_start_in_guard(rabat, tmp_path):
    for which in ("data", "keystore"):
        made = rabat.ask("node", "backup", "--to", str(tmp_path / which), "--set", which)
        expect_keys(made)
    restored = Home(tmp_path / "again", "ma-mi")
    found = restored.ask("node", "restore", str(tmp_path / "data"))
    expect_keys(found)
    assert found["mode"] == "guard"
    restored.ask("node", "restore", str(tmp_path / "keystore"))
    refused = restored.do("--json", "note", "send", "-", given=json.dumps(REQUEST))
    assert refused.code == 5
    assert refused.record["error"]["code"] in ("guard", "signer_ahead")
