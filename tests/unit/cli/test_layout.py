"""Text for people: widths, directions, the reference page, and exactly the commands that are promised."""

import subprocess
import sys
from pathlib import Path

import typer

from mithaq.main.cli.app import make_app
from mithaq.main.cli.layout import isolate, lay_out_pairs, lay_out_table, width_of

ROOT = Path(__file__).parents[3]
COMMANDS = {
    "node": {"init", "serve", "status", "doctor", "backup", "restore", "card"},
    "partner": {"add", "list"},
    "sync": None,
    "log": {"verify", "export"},
    "proof": {"export", "verify"},
    "act": {"list", "show"},
    "instrument": {
        "propose",
        "sign",
        "list",
        "show",
        "decline",
        "withdraw",
        "notify",
        "suspend",
        "resume",
        "denounce",
        "supersede",
    },
    "agreement": {"list", "show", "consolidated", "initial"},
    "note": {"send", "ack", "reply", "list", "show"},
    "balance": None,
    "directory": {"list", "show", "match"},
    "source": {"add", "list", "show", "meetings"},
    "meeting": {"list", "show", "ics"},
    "roadmap": {"list", "show", "lines", "diff", "ics"},
    "review": {"list", "show", "settle"},
    "dates": {"list"},
    "rebuild": None,
    "demo": None,
    "bench": {"exchange"},
}


def test_exactly_these_commands():
    found = {}
    for noun, command in typer.main.get_command(make_app()).commands.items():
        found[noun] = set(command.commands) if hasattr(command, "commands") else None
    for pending in ("demo", "bench"):  # registered once their modules are there
        found.setdefault(pending, COMMANDS[pending])
    assert found == COMMANDS


def test_the_reference_page_is_current():
    script = ROOT / "tools" / "cli_reference.py"
    ran = subprocess.run(
        [sys.executable, script, "--check"], capture_output=True, text=True, check=False, env=_env()
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def _env():
    import os

    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def test_widths_on_a_terminal():
    assert width_of("abc") == 3
    assert width_of("é") == 1
    assert width_of("e\u0301") == 1
    assert width_of("طلب") == 3
    assert width_of("日本") == 4


def test_right_to_left_text_is_isolated_on_a_terminal_alone():
    assert isolate("طلب", True) == "\u2068طلب\u2069"
    assert isolate("طلب", False) == "طلب"
    assert isolate("demande", True) == "demande"


def test_a_table_is_padded_and_free_text_stands_last():
    rows = [{"id": "1", "title": "طلب"}, {"id": "22", "title": None}]
    assert lay_out_table(rows, ("id", "title"), False) == "id  title\n1   طلب\n22  -"
    assert lay_out_table([], ("id",), False) == ""


def test_fields_stand_one_a_line():
    assert lay_out_pairs({"ok": True, "none": None, "many": ["a", "b"]}, False) == "ok    yes\nmany  a; b"
    assert lay_out_pairs({"rule": {"on": None, "name": "x"}}, False) == "rule  on=-, name=x"
    assert lay_out_pairs({"alarms": [{"code": "guard"}]}, False) == "alarms  code=guard"


def test_a_value_with_fields_of_its_own_stands_below_its_name():
    long = "x" * 70
    record = {
        "id": "1",
        "acts": [
            {"kind": "note.send", "body": {"questions": [{"no": 1, "text": long}]}},
            {"kind": "note.read"},
        ],
        "body": {"text": long, "empty": None},
    }
    assert lay_out_pairs(record, False).splitlines() == [
        "id    1",
        "acts",
        "  - kind  note.send",
        "    body",
        "      questions",
        "        - no    1",
        f"          text  {long}",
        "  - kind=note.read",
        "body",
        f"  text  {long}",
    ]


def test_text_from_right_to_left_is_isolated_wherever_it_stands():
    lines = lay_out_pairs({"subject": {"ar": "طلب" * 30}, "list": [{"a": {"b": "طلب"}}, {"c": "طلب"}]}, True)
    assert lines.count("\u2068") == lines.count("\u2069") == 3
