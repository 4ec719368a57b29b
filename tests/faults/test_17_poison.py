"""Rows 8 and 17: acts that cannot be used are parked with a reason, and the next one still arrives."""

import random
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from mithaq.core.acts.kinds import Kind
from mithaq.core.acts.receipts import parse_receipt
from mithaq.core.log.signed_note import parse_signed_note
from mithaq.core.types import Origin
from mithaq.node.records import SectionContent

from .federation import SimNode
from .liar import ForgedLog, has_note, make_lied_to
from .moves import send_note
from .soak import SOAK

Poison = Callable[[ForgedLog, SimNode], Any]


def plain(envelope: Any) -> bytes:
    return orjson.dumps(envelope, option=orjson.OPT_SORT_KEYS)


def raw(change: Callable[[bytes], bytes]) -> Poison:
    """Bytes that are no envelope."""
    return lambda log, victim: log.add(change(plain(log.make_envelope())))


def field(**changed: Any) -> Poison:
    """A field of an envelope changed, or left out with None."""
    return lambda log, victim: log.add(log.make_envelope(**changed))


def signed(post: str | None, **changed: Any) -> Poison:
    return lambda log, victim: log.add(log.make_envelope(**changed), post)


OBJECT = "019b8d2b-8c00-7dc7-8cc9-efadb6d0924e"
SIGN: dict[str, Any] = {
    "kind": "instrument.sign",
    "object": OBJECT,
    "object_kind": "agreements.agreement",
    "body": {"version": 1, "content_hash": "0" * 64},
}


def _receipt(log: ForgedLog, victim: SimNode, **changed: Any) -> int:
    """A receipt about the victim's log, true but for what is changed."""
    own = victim.store.own.head()
    text = parse_signed_note(own.note).text
    at_s = 1_800_000_000
    line = log.make_cosignature(changed.pop("text", text), at_s).encode().decode().removesuffix("\n")
    body = {
        "log": victim.origin,
        "size": own.tree_size,
        "root": own.root_hash.hex(),
        "time": at_s,
        "cosignature": line,
        "ranges": [{"from": 0, "to": 0, "result": "applied"}],
        "missing_seq": [],
        "reasons": [],
        **changed,
    }
    no_object = {"object_kind": None, "object_v": None, "subject": None}
    return log.add(log.make_envelope(kind="receipt", body=body, **no_object))


def _false_section(log: ForgedLog, victim: SimNode) -> int:
    section = SectionContent("persons", bytes(32), b"other bytes")
    return log.add(log.make_envelope(sections={"persons": "0" * 64}), sections=(section,))


def _unnamed_section(log: ForgedLog, victim: SimNode) -> int:
    return log.add(log.make_envelope(), sections=(SectionContent("persons", bytes(32), b"bytes"),))


def _other_salt(log: ForgedLog, victim: SimNode) -> int:
    index = log.add(log.make_envelope())
    good = log.line(index)
    log.acts[index].line = good.replace(good[good.index(b'"salt":"') + 8 :][:4], b"////", 1)
    return index


def _other_envelope(log: ForgedLog, victim: SimNode) -> int:
    index = log.add(log.make_envelope(body={"expects": "none", "text": "committed"}))
    shown = ForgedLog(log.liar, log.victim)
    shown.acts = [*log.acts[:index]]
    shown.add(log.make_envelope(body={"expects": "none", "text": "shown"}))
    log.seq -= 1
    log.acts[index].line = shown.line(index)
    return index


def _line(line: bytes) -> Poison:
    """A line of the page that is none; it still names its leaf."""

    def poison(log: ForgedLog, victim: SimNode) -> int:
        index = log.add(log.make_envelope())
        log.acts[index].line = line.replace(b"INDEX", str(index).encode())
        return index

    return poison


def _deep(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = {"a": value}
    return value


def _wrong_post_key(log: ForgedLog, victim: SimNode) -> int:
    return log.add(log.make_envelope(**SIGN, actor={"post": "minister", "holder": "h"}), "desk")


UNUSABLE: dict[str, Poison] = {
    # not in the profile
    "empty": raw(lambda data: b""),
    "not json": raw(lambda data: b"\x00\x01\x02"),
    "cut": raw(lambda data: data[:-5]),
    "an array": raw(lambda data: b"[]"),
    "bad utf-8": raw(lambda data: data.replace(b"good", b"g\xff\xfed", 1)),
    "bom": raw(lambda data: b"\xef\xbb\xbf" + data),
    "spaces": raw(lambda data: data.replace(b":", b": ", 1)),
    "doubled key": raw(lambda data: data.replace(b'"v":1', b'"v":1,"v":1')),
    "unsorted keys": raw(lambda data: b'{"v":1,' + data[1:].replace(b',"v":1', b"")),
    "float": raw(lambda data: data.replace(b'"v":1', b'"v":1.0')),
    "null": raw(lambda data: data.replace(b'"v":1', b'"v":null')),
    "escaped letter": raw(lambda data: data.replace(b"good", b"\\u0067ood", 1)),
    "lone surrogate": raw(lambda data: data.replace(b"good", b"\\ud800", 1)),
    "trailing bytes": raw(lambda data: data + b" "),
    "too large": field(body={"expects": "none", "text": ["x" * 65_000] * 5}),
    "too deep": field(body=_deep(17)),
    "too many values": field(body={"a": [0] * 20_001}),
    "long string": field(body={"text": "x" * 65_537}),
    "integer too large": field(body={"n": 2**53}),
    "override of direction": field(body={"text": "\u202e"}),
    "not nfc": field(body={"text": "e\u0301"}),
    "control character": field(body={"text": "\x07"}),
    "key of other letters": field(body={"Ä": 1}),
    # fields
    **{
        f"no {name}": field(**{name: None})
        for name in ("kind", "id", "log", "from", "created", "seen", "actor")
    },
    "nobody": field(to=[]),
    "to others": field(to=[{"administration": "es-mi", "seq": 1}]),
    "numbered 0": field(to=[{"administration": "ma-mi", "seq": 0}]),
    "twice to us": field(to=[{"administration": "ma-mi", "seq": 1}] * 2),
    "spoofed author": field(**{"from": "ma-mi"}),
    "spoofed log": field(log="ma-mi.example/log/1"),
    "bad id": field(id="1234"),
    "capital id": field(id="019B8D2B-8C00-7DC7-8CC9-EFADB6D0924E"),
    "bad time": field(created="2026-01-05T08:00:00Z"),
    "bad kind": field(kind="Note.Send"),
    "long kind": field(kind="n" * 65),
    "bad priority": field(priority="now"),
    "seen of its own log": field(seen=[{"log": "fr-mi.example/log/1", "size": 1, "root": "0" * 64}]),
    "seen of another tree": field(seen=[{"log": "ma-mi.example/log/1", "size": 1, "root": "0" * 64}]),
    "body of another type": field(body=[1]),
    "actor of another type": field(actor="me"),
    # rules
    "opens and belongs": field(object=OBJECT),
    "neither opens nor belongs": field(kind="note.read"),
    "breaks a register's rule": field(object_kind="requests.request", body={"expects": "answer"}),
    "sign without signature": signed(None, **SIGN),
    "sign by another post": _wrong_post_key,
    "sign by an unknown post": signed("desk", **SIGN, actor={"post": "nobody", "holder": "h"}),
    "revocation without keys": signed(
        "desk",
        kind="key.revoke",
        object_kind=None,
        object_v=None,
        body={"keyid": "0" * 64, "last_good_size": 0},
    ),
    "revocation of nothing": signed(
        "minister", kind="key.revoke", object_kind=None, object_v=None, body={"x": 1}
    ),
    "false section": _false_section,
    "section that is not named": _unnamed_section,
    "receipt of nothing": field(kind="receipt", object_kind=None, object_v=None, body={}),
    "receipt of another root": lambda log, victim: _receipt(log, victim, root="0" * 64),
    "receipt of a size never published": lambda log, victim: _receipt(log, victim, size=999),
    "receipt with a false cosignature": lambda log, victim: _receipt(log, victim, text=b"other\n1\nAAAA\n"),
    "receipt of acts beyond the size": lambda log, victim: _receipt(
        log, victim, ranges=[{"from": 0, "to": 10**9, "result": "applied"}]
    ),
    # lines and leaves
    "other salt": _other_salt,
    "other envelope": _other_envelope,
    "line without fields": _line(b'{"index":INDEX}'),
    "line with a short salt": _line(b'{"index":INDEX,"salt":"AAAA","envelope":"","sigs":[],"sections":{}}'),
    "line with loose base64": _line(
        b'{"index":INDEX,"salt":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=","envelope":"","sigs":[],"sections":{}}'
    ),
    "line of rubbish": _line(b'{"index":INDEX,\xff\xff'),
    "line with 9 signatures": _line(
        b'{"index":INDEX,"salt":"","envelope":"","sigs":['
        + b",".join([b'{"keyid":"","sig":""}'] * 9)
        + b'],"sections":{}}'
    ),
}

STRANGE: dict[str, Poison] = {
    # Kept: newer, odd, or without effect, and none of our business to refuse.
    "unknown kind": field(kind="note.sing", object=OBJECT),
    "unknown version": field(v=2),
    "unknown object kind": field(object_kind="weather.report"),
    "release of nothing": field(kind="release", object_kind=None, object_v=None, body={}),
    "unknown fields": field(**{"x-new": {"a": 1}}),
    "malformed handling": field(handling=17),
    "reply to nothing": field(kind="note.answer", object=OBJECT, body={"answers": [], "final": True}),
    "bad reply": field(kind="note.answer", object=OBJECT, body={"answers": 3}),
    "sign of nothing": signed("minister", **SIGN, actor={"post": "minister", "holder": "h"}),
    "bad proposal": field(
        kind="instrument.propose", object_kind="agreements.agreement", body={"manifest": 3}
    ),
    "empty proposal": field(kind="instrument.propose", object_kind="agreements.agreement", body={}),
    "alarm of rubbish": field(kind="alarm.equivocation", object_kind=None, object_v=None, body={"notes": 1}),
    "root of rubbish": field(kind="key.root", object_kind=None, object_v=None, body={"root": 1}),
    "seen of a log nobody follows": field(seen=[{"log": "xx.example/log/1", "size": 7, "root": "0" * 64}]),
    "created in 1971": field(created="1971-01-01T00:00:00.000Z"),
    "created in 2199": field(created="2199-01-01T00:00:00.000Z"),
}


def pull_after(log: ForgedLog, victim: SimNode, poison: Poison) -> tuple[int, str]:
    """A poison act and a good one behind it; gives where the poison lies and the id of the good one."""
    index = poison(log, victim)
    good = log.add_good()
    for _ in range(2):
        result = victim.pull("fr-mi")
        assert not isinstance(result, str), f"the sync stopped: {result}"
    return index, good


@pytest.mark.parametrize("name", sorted(UNUSABLE))
def test_fault_17_poison_is_parked_and_answered(name: str) -> None:
    world, victim, log = make_lied_to()
    send_note(world, victim, "fr-mi")
    log.add_good("before")
    index, good = pull_after(log, victim, UNUSABLE[name])
    assert has_note(victim, good)
    [parked] = victim.store.followed.parked()
    assert parked.leaf_index == index
    told = _results_told(victim)
    assert told[index] == "unusable"
    assert told[index + 1] == "applied"
    world.observer.check()


@pytest.mark.parametrize("name", sorted(STRANGE))
def test_fault_17_what_is_strange_stops_nothing(name: str) -> None:
    world, victim, log = make_lied_to()
    send_note(world, victim, "fr-mi")
    index, good = pull_after(log, victim, STRANGE[name])
    assert has_note(victim, good)
    assert not victim.store.followed.parked()
    assert _results_told(victim)[index] in ("applied", "unknown")
    world.observer.check()


def test_fault_17_all_poison_in_one_page() -> None:
    """Everything at once, each with a good act behind it; all good ones arrive in one pull."""
    world, victim, log = make_lied_to()
    send_note(world, victim, "fr-mi")
    good = []
    for name in sorted(UNUSABLE) + sorted(STRANGE):
        {**UNUSABLE, **STRANGE}[name](log, victim)
        good.append(log.add_good(name))
    assert not isinstance(victim.pull("fr-mi"), str)
    assert all(has_note(victim, act_id) for act_id in good)
    assert len(victim.store.followed.parked()) == len(UNUSABLE)
    victim.restart()
    assert not isinstance(victim.pull("fr-mi"), str)
    world.observer.check()


def test_fault_17_random_damage() -> None:
    """Random changes of good envelopes, committed to: never a stop, and the good act behind arrives."""
    world, victim, log = make_lied_to()
    chance = random.Random(17)
    for _ in range(40 if not SOAK else 2_000):
        good = []
        for _ in range(10):
            data = bytearray(plain(log.make_envelope()))
            for _ in range(chance.randint(1, 3)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            log.add(bytes(data))
            good.append(log.add_good())
        result = victim.pull("fr-mi")
        assert not isinstance(result, str), result
        assert all(has_note(victim, act_id) for act_id in good)
    world.observer.check()


def test_fault_17_one_id_for_two_acts() -> None:
    """A partner that takes the id of our own note, or its own id twice, changes nothing of ours."""
    world, victim, log = make_lied_to()
    own = send_note(world, victim, "fr-mi").act_id
    [before] = victim.store.projections.notes(object_id=own)
    twice = log.make_envelope()
    log.add(twice)
    log.add({**log.make_envelope(), "id": twice["id"]})
    log.add(log.make_envelope(id=own))
    good = log.add_good()
    assert not isinstance(victim.pull("fr-mi"), str)
    assert has_note(victim, good)
    after = [row for row in victim.store.projections.notes(object_id=own) if row.recipient == "fr-mi"]
    assert after == [before]
    assert victim.node.store.acts.by_id(own).log == victim.origin


def test_fault_17_pages_that_lie_about_themselves() -> None:
    """A page out of order, twice the same, without end, or that leads nowhere: nothing is half applied."""
    _, victim, log = make_lied_to()
    for _ in range(5):
        log.add_good()
    changes: dict[str, Callable[[list[bytes]], list[bytes]]] = {
        "backwards": lambda lines: [*reversed(lines[:-1]), lines[-1]],
        "twice": lambda lines: [*lines[:-1], *lines[:-1], lines[-1]],
        "nowhere": lambda lines: [b'{"end":true,"next":0,"size":5,"count":0}'],
        "empty": lambda lines: [],
        "rubbish": lambda lines: [b"rubbish"],
        "far": lambda lines: [*lines[:-1], b'{"end":true,"next":0,"size":5,"count":5}'],
    }
    for name, change in changes.items():
        log.change_page = change
        result = victim.pull("fr-mi")
        if name == "far":
            assert not isinstance(result, str)
        else:
            assert isinstance(result, str), name
            assert not victim.store.projections.notes()
    log.change_page = lambda lines: lines
    assert not isinstance(victim.pull("fr-mi"), str)
    assert len(victim.store.projections.notes()) == 5


def test_fault_08_an_altered_act_is_fetched_once_more() -> None:
    """Damage on the way is no fault of the act: the second page is right."""
    _, victim, log = make_lied_to()
    good = log.add_good()
    bad_pages = iter([True])

    def damage_once(lines: list[bytes]) -> list[bytes]:
        if next(bad_pages, False):
            return [lines[0].replace(b'"salt":"AAAA', b'"salt":"BAAA'), *lines[1:]]
        return lines

    log.change_page = damage_once
    assert not isinstance(victim.pull("fr-mi"), str)
    assert has_note(victim, good)
    assert not victim.store.followed.parked()


def test_fault_08_a_mended_act_is_taken_later() -> None:
    """Altered for long, then right again: the number is known to be missing, so it is asked for again."""
    _, victim, log = make_lied_to()
    envelope = log.make_envelope()
    log.add(envelope)
    log.add_good()
    log.change_page = lambda lines: [lines[0].replace(b'"salt":"AAAA', b'"salt":"BAAA'), *lines[1:]]
    for _ in range(5):
        assert not isinstance(victim.pull("fr-mi"), str)
    assert [act.reason for act in victim.store.followed.parked()] == ["leaf_mismatch"]
    assert "withheld_act" in victim.alarm_codes()
    log.change_page = lambda lines: lines
    assert not isinstance(victim.pull("fr-mi"), str)
    assert has_note(victim, str(envelope["id"]))
    assert "withheld_act" not in victim.alarm_codes()


def _results_told(victim: SimNode) -> dict[int, str]:
    """What the victim's receipts say of the liar's acts."""
    told: dict[int, str] = {}
    for stored in victim.node.store.acts.scan(Origin(victim.origin)):
        act = stored.read()
        if act.parsed.kind == Kind.RECEIPT:
            for one in parse_receipt(act.parsed.body).ranges:
                told.update(dict.fromkeys(range(one.first, one.last + 1), str(one.result)))
    return told
