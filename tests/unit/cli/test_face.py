"""Options that are taken anywhere, errors as people and programs see them, exit codes."""

import json
from concurrent.futures import TimeoutError as FutureTimeout
from pathlib import Path

import pytest

from mithaq import __version__
from mithaq.errors import (
    ConflictError,
    MalformedError,
    MissingError,
    MithaqError,
    NotAllowedError,
    RefusedError,
    UnavailableError,
)
from mithaq.main.cli.face import UsageError, read_face
from mithaq.main.cli.failure import describe_failure, exit_code_of
from mithaq.main.cli.words import WORDS

from .exported_tree import run, verify_arguments, write_tree

PLACES = [
    ("--json", "--home", "h", "node", "status"),
    ("node", "--json", "--home", "h", "status"),
    ("node", "status", "--json", "--home", "h"),
    ("--home=h", "node", "status", "--json"),
    ("--json", "node", "status", "--home=h"),
]


@pytest.mark.parametrize("arguments", PLACES)
def test_json_and_home_stand_anywhere(arguments):
    face, rest = read_face(arguments)
    assert (face.is_json, face.home, rest) == (True, Path("h"), ["node", "status"])


def test_options_after_two_dashes_are_arguments():
    face, rest = read_face(["act", "show", "--", "--json"])
    assert (face.is_json, rest) == (False, ["act", "show", "--", "--json"])


def test_home_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("MITHAQ_HOME", "/somewhere")
    assert read_face(["node", "status"])[0].home == Path("/somewhere")
    assert read_face(["--home", "/else", "node", "status"])[0].home == Path("/else")


@pytest.mark.parametrize(
    "arguments", [["node", "status", "--home"], ["--home=", "act"], ["--lang", "de", "act"]]
)
def test_a_global_option_without_a_good_value_is_usage(arguments, capfd):
    with pytest.raises(UsageError):
        read_face(arguments)
    assert run(capfd, *arguments).code == 2


def test_version(capfd):
    assert run(capfd, "--version").out == f"mithaq {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("node", "nonsense"),
        ("act", "show"),
        ("act", "list", "--limit", "0"),
        ("log", "verify", "--dir", "x"),
        ("log", "verify", "--bogus"),
        ("log", "verify", "--url", "http://127.0.0.1:1/log"),
        ("log", "verify", "--sample", "3"),
        ("note", "list", "--state", "nonsense"),
        ("note", "reply", "x", "--refuse", "--ground", "No legal basis"),
        ("note", "reply", "x", "--close", "--outcome", "It went well."),
        ("node", "status"),
        ("proof", "verify", "x"),
    ],
)
def test_usage_is_one_error_and_exit_code_2(arguments, capfd, tmp_path, monkeypatch):
    monkeypatch.delenv("MITHAQ_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    ran = run(capfd, *arguments, "--json")
    error = json.loads(ran.out)["error"]
    assert ran.code == 2
    assert ran.err.startswith("error ")
    assert ran.err.count("\n") == 1
    assert set(error) == {"code", "message", "kept", "do", "docs"}


def test_a_home_without_a_node_is_missing(capfd, tmp_path):
    for arguments in (("--home", str(tmp_path), "node", "status"), ("act", "list", "--home", str(tmp_path))):
        ran = run(capfd, *arguments, "--json")
        assert ran.code == 1
        assert json.loads(ran.out)["error"]["code"] == "home"
        assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "wrong",
    [
        ("--country", "ZZZ"),
        ("--country", "ma"),
        ("--languages", "klingon,,"),
        ("--tz", "Moon/Base"),
        ("--url", "ftp://node.example"),
    ],
)
def test_a_wrong_choice_makes_no_node(capfd, tmp_path, wrong):
    ran = run(capfd, "--home", str(tmp_path / "home"), "node", "init", "--code", "ma-mi", *wrong)
    assert ran.code == 2
    assert wrong[0] in ran.err
    assert not (tmp_path / "home").exists()


def test_a_backup_into_a_folder_that_is_not_there(capfd, tmp_path):
    ran = run(
        capfd, "--home", str(tmp_path), "node", "backup", "--to", str(tmp_path / "none" / "file"), "--json"
    )
    assert ran.code == 1
    assert json.loads(ran.out)["error"]["code"] == "folder"


def test_the_states_of_a_note_are_named(capfd, tmp_path):
    ran = run(capfd, "--home", str(tmp_path), "note", "list", "--state", "nonsense")
    assert "sent, delivered, read" in ran.err


def test_a_partner_that_does_not_know_us_is_told_our_card():
    for code in ("transport_key_unknown", "fingerprint"):
        failure = describe_failure(RefusedError(code, "no"), "en")
        assert "card" in failure.do


def test_exit_codes_follow_the_error_tree():
    expected = {
        MalformedError("x"): 1,
        MissingError("x"): 1,
        MithaqError("x"): 1,
        UsageError("x"): 2,
        NotAllowedError("x"): 3,
        RefusedError("key_mode"): 3,
        UnavailableError("x"): 4,
        ConflictError("x"): 5,
        RefusedError("x"): 5,
    }
    assert {error: exit_code_of(error) for error in expected} == expected


def test_every_failure_says_what_is_kept_and_what_to_do():
    errors = [
        MalformedError("x"),
        ConflictError("y", "two\nlines"),
        KeyboardInterrupt(),
        FutureTimeout(),
        OSError(28, "No space left on device", "f"),
        ValueError("a bug"),
    ]
    for lang in ("en", "fr", "ar"):
        for error in errors:
            failure = describe_failure(error, lang)
            assert failure.kept
            assert failure.do
            assert "\n" not in failure.message


def test_every_word_is_in_three_languages():
    assert all(set(entry) == {"en", "fr", "ar"} and all(entry.values()) for entry in WORDS.values())


def test_the_language_changes_words_and_no_key(capfd, tmp_path):
    write_tree(tmp_path / "log", 3)
    (tmp_path / "log" / "tile/0/000.p/3").unlink()
    said = {
        lang: run(capfd, "--lang", lang, "--json", *verify_arguments(tmp_path / "log"))
        for lang in ("en", "fr", "ar")
    }
    assert "Conservé\u00a0: " in said["fr"].err
    assert "المحفوظ" in said["ar"].err
    assert len({ran.out for ran in said.values()}) == 1


def test_a_traceback_only_with_debug(capfd, tmp_path):
    assert "Traceback" not in run(capfd, "--home", str(tmp_path), "act", "list").err
    assert "Traceback" in run(capfd, "--home", str(tmp_path), "act", "list", "--debug").err
