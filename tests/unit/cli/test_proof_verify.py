"""``proof verify``: good and bad proofs, without any home."""

import json

import pytest

from mithaq.core.acts.commitment import commit_act, entry_of, hash_section
from mithaq.core.acts.proved_act import ProofExtra, ProvedSection
from mithaq.core.encoding import encode_canonical
from mithaq.core.log.checkpoint import Checkpoint
from mithaq.core.log.cosignature import cosign
from mithaq.core.log.merkle import hash_leaf, hash_tree, inclusion_path
from mithaq.core.log.proof_file import ProofFile
from mithaq.core.log.signed_note import SignedNote, sign_note
from mithaq.core.types import LeafIndex, TreeSize

from .exported_tree import AT_S, LOG_KEY, MIRROR, MIRROR_KEY, MIRROR_VKEY, ORIGIN, VKEY, run

POLICY = f"log {VKEY.encode()}\nwitness paris {MIRROR_VKEY.encode()}\nquorum paris\n"
SALT = bytes(range(32))
DATA = b'{"name":"x"}'


def make_proof(at_s: int | None = AT_S) -> bytes:
    section = hash_section(SALT, DATA).hex()
    envelope = encode_canonical({"kind": "noop", "log": ORIGIN, "sections": {"persons": section}, "v": 1})
    leaves = [hash_leaf(entry_of(commit_act(SALT, envelope))), *(hash_leaf(b"%d" % at) for at in range(4))]
    path = inclusion_path(0, 5, lambda level, index: hash_tree(leaves[index << level : (index + 1) << level]))
    text = Checkpoint(ORIGIN, TreeSize(5), hash_tree(leaves)).encode()
    lines = [sign_note(text, ORIGIN, LOG_KEY)]
    if at_s is not None:
        lines.append(cosign(text, MIRROR, MIRROR_KEY, at_s))
    extra = ProofExtra(SALT, envelope, (), {"persons": ProvedSection(SALT, DATA)}).encode()
    return ProofFile(extra, LeafIndex(0), path, SignedNote(text, tuple(lines))).encode()


@pytest.fixture
def files(tmp_path):
    (tmp_path / "act.tlog-proof").write_bytes(make_proof())
    (tmp_path / "policy").write_text(POLICY)
    return tmp_path


def verify(capfd, files, *further):
    return run(
        capfd, "proof", "verify", str(files / "act.tlog-proof"), "--policy", str(files / "policy"), *further
    )


def test_a_good_proof(files, capfd):
    ran = verify(capfd, files, "--json")
    told = json.loads(ran.out)
    assert (ran.code, ran.err) == (0, "")
    assert (told["ok"], told["origin"], told["leaf_index"], told["tree_size"]) == (True, ORIGIN, 0, 5)
    assert told["cosignatures"] == [
        {"name": MIRROR, "key_id": MIRROR_VKEY.key_id.hex(), "time": "2023-11-14T22:13:20.000Z"}
    ]
    assert told["problems"] == []


def test_every_flipped_byte_is_refused(files, capfd):
    path = files / "act.tlog-proof"
    data = path.read_bytes()
    for at in range(0, len(data), 23):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        ran = verify(capfd, files, "--json")
        told = json.loads(ran.out)
        assert (ran.code, told["ok"], len(told["problems"])) == (1, False, 1), at
        assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        ("", "policy_quorum"),
        ("quorum none\n", "log_untrusted"),
        (POLICY.replace("quorum paris", "quorum none").replace("log ", "#log "), "log_untrusted"),
        (f"log {VKEY.encode()}\nwitness paris {MIRROR_VKEY.encode()}\nquorum rabat\n", "policy_name"),
    ],
)
def test_a_policy_that_does_not_do(files, capfd, policy, code):
    (files / "policy").write_text(policy)
    ran = verify(capfd, files, "--json")
    assert ran.code == 1
    assert json.loads(ran.out)["problems"][0]["code"] == code
    assert ran.err.startswith(f"error {code}: ")


@pytest.mark.parametrize("at_s", [None, 2**40])
def test_a_quorum_that_is_not_met(files, capfd, at_s):
    (files / "act.tlog-proof").write_bytes(make_proof(at_s))
    ran = verify(capfd, files)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error quorum_not_met: ")


def test_a_missing_file(files, capfd):
    ran = run(capfd, "proof", "verify", str(files / "nothing"), "--policy", str(files / "policy"))
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error file: ")


def test_a_missing_file_is_no_damaged_one(files, capfd):
    (files / "policy").unlink()
    ran = verify(capfd, files)
    assert ran.code == 1
    assert "error file: there is no file" in ran.err
    assert "do not rely" not in ran.err
