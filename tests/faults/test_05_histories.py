"""Rows 5, 6 and 19: a partner with two histories, with an old one, and with checkpoints that are none."""

import pytest

from mithaq.adapters.keystore.key_files import KeyRole
from mithaq.core.acts.kinds import Kind
from mithaq.core.encoding import parse_base64
from mithaq.core.log.signed_note import SignatureLine, parse_signed_note, sign_note
from mithaq.core.types import Origin
from mithaq.core.witness import make_add_checkpoint

from .federation import Killed, Moment, SimNode
from .liar import ForgedLog, LiarClient, has_note, make_lied_to, show
from .memory_ports import make_key
from .soak import SOAK

MOST = 600
LIAR = Origin("fr-mi.example/log/1")


def make_history(size: int) -> tuple[SimNode, ForgedLog]:
    """A victim that holds ``size`` leaves, all of acts to others."""
    _, victim, log = make_lied_to()
    for _ in range(size):
        log.add_hidden()
    return victim, log


def assert_frozen(victim: SimNode, *notes: bytes) -> None:
    """Both notes are kept verbatim, nothing is applied or cosigned any more, the alarm is in the own log."""
    assert victim.store.followed.head(LIAR).frozen
    assert ("equivocation", list(notes)) in victim.store.alarms.evidence(LIAR)
    assert "equivocation" in victim.alarm_codes()
    acts = [stored.read() for stored in victim.node.store.acts.scan(Origin(victim.origin))]
    alarms = [act for act in acts if act.parsed.kind == Kind.ALARM_EQUIVOCATION]
    assert len(alarms) == 1
    assert [parse_base64(note) for note in alarms[0].parsed.body["notes"]] == list(notes)


SIZES = range(1, MOST + 1)


@pytest.mark.parametrize("block", range(0, MOST, 100))
def test_fault_05_forks_at_each_size(block: int) -> None:
    """Verified up to ``size``; then another history of that size, a larger and a smaller one."""
    _, truth = make_history(MOST + 5)
    for size in SIZES[block : block + 100]:
        _, victim, log = make_lied_to(seed=size)
        log.acts = truth.acts[:size]
        assert not isinstance(victim.pull("fr-mi"), str)
        held = victim.store.followed.head(LIAR)
        assert held.verified_size == size
        ways = ("same", "larger", "smaller") if SOAK else (("same", "larger", "smaller")[size % 3],)
        moment = Moment(victim)
        for way in ways:
            moment.take_back()
            at = (size * 7919) % size if size > 1 else 0
            other = log.branch(at)
            if way == "smaller" and size == 1:
                way = "same"
            target = {"same": size, "larger": size + 1 + size % 300, "smaller": max(at + 1, size - 1)}[way]
            while len(other.acts) < target:
                other.add_hidden()
            other.acts = other.acts[:target]
            other.victim = "es-mi"
            show(victim, other)
            victim.pull("fr-mi")
            assert_frozen(victim, held.note, other.make_note())
            after = victim.store.followed.head(LIAR)
            assert (after.verified_size, after.root_hash, after.next_index) == (size, held.root_hash, size)
            assert victim.store.followed.cosigned(LIAR)[0] <= size
            assert not victim.store.projections.notes()
            # Once frozen, the truth does not thaw it: only people end it.
            show(victim, log)
            log.acts = truth.acts[: size + 1]
            victim.pull("fr-mi")
            assert victim.store.followed.head(LIAR).verified_size == size
            log.acts = truth.acts[:size]


def test_fault_05_a_fork_stops_only_its_log() -> None:
    """The victim goes on with its own acts, and tells the partners that did not lie."""
    world, victim, log = make_lied_to()
    log.add_good()
    assert not isinstance(victim.pull("fr-mi"), str)
    spain = world.join("es-mi")
    client = LiarClient(log.branch(0))
    victim.link = lambda code: client if code == "fr-mi" else world.make_link(victim, world[code])  # type: ignore[method-assign]
    victim.restart()
    victim.pull("fr-mi")
    assert victim.store.followed.head(LIAR).frozen
    assert not isinstance(spain.pull("ma-mi"), str)
    heard = [stored.read().parsed.kind for stored in spain.node.store.acts.scan(Origin(victim.origin))]
    assert Kind.ALARM_EQUIVOCATION in heard


def test_fault_05_the_alarm_is_told_even_after_a_kill() -> None:
    """Killed between the freeze and the act that tells of it: the act is made at the next start or pull."""
    for at in range(300):
        _, victim, log = make_lied_to(seed=at)
        log.add_good()
        victim.pull("fr-mi")
        held = victim.store.followed.head(LIAR).note
        other = log.branch(0)
        show(victim, other)
        victim.points.arm(at)
        try:
            victim.pull("fr-mi")
        except Killed:
            pass
        fired = victim.points.fired
        victim.restart()
        victim.pull("fr-mi")
        if fired is None:
            break
        assert_frozen(victim, held, other.make_note())
    else:
        raise AssertionError("the points never end")


def test_fault_05_the_witness_sees_it_too() -> None:
    world, _, log = make_lied_to(witness=True)
    assert world.witness is not None
    for _ in range(20):
        log.add_hidden()
    first = make_add_checkpoint(0, (), parse_signed_note(log.make_note())).encode()  # type: ignore[arg-type]
    assert world.witness.judge(first) == 200
    other = parse_signed_note(log.branch(3).make_note(4))
    assert world.witness.judge(make_add_checkpoint(20, (), other).encode()) == 400  # type: ignore[arg-type]
    for _ in range(20):
        log.add_hidden()
    forked = log.branch(3)
    while len(forked.acts) < 30:
        forked.add_hidden()
    note = parse_signed_note(forked.make_note())
    assert world.witness.judge(make_add_checkpoint(20, (), note).encode()) == 422  # type: ignore[arg-type]
    assert world.witness.evidence == [note]


def test_fault_06_an_old_checkpoint_is_refused() -> None:
    victim, log = make_history(300)
    good = log.add_good()
    assert not isinstance(victim.pull("fr-mi"), str)
    before = victim.store.followed.head(LIAR)
    log.shown = 120
    for _ in range(3):
        victim.pull("fr-mi")
    after = victim.store.followed.head(LIAR)
    assert (after.verified_size, after.next_index, after.frozen) == (301, 301, False)
    assert victim.store.alarms.evidence(LIAR) == [("rollback", [before.note, log.make_note(120)])]
    assert "rollback" in victim.alarm_codes()
    # And it is no end: the true log goes on.
    log.shown = None
    later = log.add_good()
    assert not isinstance(victim.pull("fr-mi"), str)
    assert has_note(victim, good)
    assert has_note(victim, later)


def _signed_by(log: ForgedLog, text: bytes) -> bytes:
    """Signed as it is: the text is none that our own signer would take."""
    key = log.liar.keys.of(KeyRole.LOG)
    line = SignatureLine(LIAR, key.verifier.key_id, key.key.sign(text))
    return text + b"\n" + line.encode()


def _other_key(text: bytes) -> SignatureLine:
    return sign_note(text, LIAR, make_key(KeyRole.LOG, LIAR, label="stranger").key)


BAD_TEXTS = {
    "size of 2^63": b"%b\n9223372036854775808\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
    "size of 10^400": b"%b\n1" + b"0" * 400 + b"\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
    "size of 2^63-1": b"%b\n9223372036854775807\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
    "size with a zero before": b"%b\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
    "size below zero": b"%b\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
    "size in Arabic digits": b"%b\n\xd9\xa3\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
    "short root": b"%b\n3\nAAAA\n",
    "no root": b"%b\n3\n",
    "empty line": b"%b\n3\n\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
    "another origin": b"x%b\n3\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
    "origin of 100 kB": b"%b" + b"x" * 100_000 + b"\n3\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
    "control character": b"%b\n3\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\x01\n",
}


def _bad_notes(log: ForgedLog) -> dict[str, bytes]:
    good = log.make_note()
    text = parse_signed_note(good).text
    line = good[len(text) + 1 :]
    notes = {name: _signed_by(log, bad % LIAR.encode()) for name, bad in BAD_TEXTS.items()}
    return {
        **notes,
        "nothing": b"",
        "no signature": text + b"\n",
        "no empty line": text + line,
        "101 signatures": text + b"\n" + line * 101,
        "a million signatures": text + b"\n" + line * 1_000_000,
        "over a mebibyte": text + b"x" * 1_048_577 + b"\n\n" + line,
        "a stranger's signature": text + b"\n" + _other_key(text).encode(),
        "another text under the signature": text.replace(b"\n3\n", b"\n2\n") + b"\n" + line,
        "not utf-8": b"\xff" + good,
        "bytes behind": good + b"x",
        "a hyphen for the dash": good.replace("—".encode(), b"-"),
    }


def test_fault_19_bad_checkpoints_are_refused() -> None:
    """Refused each, nothing stored, and the next good one is taken."""
    _, victim, log = make_lied_to()
    for _ in range(3):
        log.add_good()
    for name, bad in _bad_notes(log).items():
        log.change_note = lambda note, bad=bad: bad  # type: ignore[misc]
        before = victim.store.followed.head(LIAR)
        result = victim.pull("fr-mi")
        assert isinstance(result, str), name
        assert victim.store.followed.head(LIAR) == before
        assert not victim.store.projections.notes()
    log.change_note = lambda note: note
    assert not isinstance(victim.pull("fr-mi"), str)
    assert len(victim.store.projections.notes()) == 3
