"""The signer: one set of rules, in this process and in a child."""

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from mithaq.adapters.keystore import child, frames
from mithaq.adapters.keystore.file_signer import FileSigner
from mithaq.adapters.keystore.key_files import KeyRole, RoleKey, key_file_name, make_key_folder, store_key
from mithaq.adapters.keystore.process import SignerProcess
from mithaq.adapters.keystore.signer_head import SignerHead, SignerHeadFile, parse_signer_head
from mithaq.core.acts.dsse import ACT_TYPE, pae
from mithaq.core.encoding import encode_canonical
from mithaq.core.keys import SigningKey, hash_public_key, is_valid_signature
from mithaq.core.log.checkpoint import open_checkpoint
from mithaq.core.log.cosignature import verify_cosignature
from mithaq.core.log.merkle import EMPTY_ROOT, CompactRange
from mithaq.core.log.signed_note import SignatureLine, parse_signed_note
from mithaq.core.types import Origin, RootHash, TreeSize
from mithaq.errors import (
    ConflictError,
    MalformedError,
    MissingError,
    RefusedError,
    UnavailableError,
)
from mithaq.node.ports import Signer

ORIGIN = Origin("ma-mi.example/log/1")
LEAVES = [sha256(bytes([number])).digest() for number in range(40)]
ACT = encode_canonical({"log": ORIGIN, "actor": {"post": "desk", "holder": "h"}, "v": 1})


def make_key(role: KeyRole, number: int, post: str = "") -> RoleKey:
    name = ORIGIN if role is KeyRole.LOG else f"ma-mi.example/{post or role}/1"
    return RoleKey(role, name, SigningKey.from_seed(bytes([number]) * 32), post)


KEYS = {
    "log": make_key(KeyRole.LOG, 1),
    "mirror": make_key(KeyRole.MIRROR, 2),
    "witness": make_key(KeyRole.WITNESS, 3),
    "node": make_key(KeyRole.NODE, 4),
    "desk": make_key(KeyRole.POST, 5, "desk"),
    "minister": make_key(KeyRole.POST, 6, "minister"),
    "transport": make_key(KeyRole.TRANSPORT, 7),
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    make_key_folder(tmp_path / "keys")
    for key in KEYS.values():
        store_key(tmp_path / "keys" / key_file_name(key.role, key.post), key)
    SignerHeadFile(tmp_path / "signer" / "head").create(ORIGIN)
    return tmp_path


def root_of(leaves: Sequence[bytes]) -> RootHash:
    tree = CompactRange()
    tree.extend(leaves)
    return tree.root()


def check_note(note: bytes, leaves: Sequence[bytes]) -> None:
    checkpoint = open_checkpoint(parse_signed_note(note), ORIGIN, [KEYS["log"].verifier])
    assert (checkpoint.tree_size, checkpoint.root_hash) == (len(leaves), root_of(leaves))


NOT_EXTENDING: list[tuple[int, list[bytes]]] = [
    (0, LEAVES[:20]),  # older than where the last call started
    (4, LEAVES[4:9]),
    (7, LEAVES[7:9]),  # between its start and its end
    (10, LEAVES[10:11]),  # ahead of the stored head
    (2**62, LEAVES[:1]),
    (5, LEAVES[5:8]),  # fewer than were signed
    (5, []),
    (5, [*LEAVES[5:8], LEAVES[0]]),  # another leaf at a signed index
    (5, [LEAVES[0], *LEAVES[6:12]]),
]
"""Old size and leaves, after 0..4 and then 5..8 were signed."""


class AnySigner(Signer):
    """The port and what the node uses beside it."""

    def head(self) -> tuple[TreeSize, RootHash]: ...


class SignerContract(ABC):
    """What every signer must do."""

    @abstractmethod
    def start(self, home: Path) -> AnySigner: ...

    @pytest.fixture
    def signer(self, home: Path) -> AnySigner:
        return self.start(home)

    def sign(self, signer: Signer, old_size: int, leaves: Sequence[bytes]) -> bytes:
        return signer.sign_checkpoint(TreeSize(old_size), leaves)

    def test_it_signs_one_tree_after_the_other(self, signer: AnySigner) -> None:
        assert signer.head() == (0, EMPTY_ROOT)
        for old, new in [(0, 1), (1, 7), (7, 8), (8, 40)]:
            check_note(self.sign(signer, old, LEAVES[old:new]), LEAVES[:new])
            assert signer.head() == (new, root_of(LEAVES[:new]))

    def test_the_empty_tree_has_a_checkpoint(self, signer: AnySigner) -> None:
        check_note(self.sign(signer, 0, []), [])
        check_note(self.sign(signer, 0, LEAVES[:3]), LEAVES[:3])
        check_note(self.sign(signer, 3, []), LEAVES[:3])

    def test_the_last_call_repeats(self, signer: AnySigner) -> None:
        self.sign(signer, 0, LEAVES[:5])
        first = self.sign(signer, 5, LEAVES[5:9])
        for _ in range(3):
            assert self.sign(signer, 5, LEAVES[5:9]) == first
        check_note(self.sign(signer, 9, LEAVES[9:10]), LEAVES[:10])

    def test_a_repeat_may_bring_what_came_in_since(self, signer: AnySigner) -> None:
        self.sign(signer, 0, LEAVES[:5])
        self.sign(signer, 5, LEAVES[5:9])
        note = self.sign(signer, 5, LEAVES[5:12])
        check_note(note, LEAVES[:12])
        assert self.sign(signer, 5, LEAVES[5:12]) == note

    def test_what_does_not_extend_the_head_is_not_signed(self, signer: AnySigner) -> None:
        self.sign(signer, 0, LEAVES[:5])
        last = self.sign(signer, 5, LEAVES[5:9])
        for old_size, leaves in NOT_EXTENDING:
            with pytest.raises(ConflictError) as error:
                self.sign(signer, old_size, leaves)
            assert error.value.code == "signer_head"
            assert signer.head() == (9, root_of(LEAVES[:9]))
            assert self.sign(signer, 5, LEAVES[5:9]) == last

    def test_a_leaf_hash_has_32_bytes(self, signer: AnySigner) -> None:
        for leaf in (b"", bytes(31), bytes(33), bytes(64)):
            with pytest.raises(MalformedError) as error:
                self.sign(signer, 0, [LEAVES[0], leaf])
            assert error.value.code == "leaf_hash"
        check_note(self.sign(signer, 0, LEAVES[:1]), LEAVES[:1])

    def test_a_new_start_goes_on_where_the_last_one_ended(self, home: Path) -> None:
        self.sign(self.start(home), 0, LEAVES[:5])
        note = self.sign(self.start(home), 5, LEAVES[5:6])
        again = self.start(home)
        assert again.head() == (6, root_of(LEAVES[:6]))
        assert self.sign(again, 5, LEAVES[5:6]) == note

    def test_two_signers_of_one_home_cannot_fork(self, home: Path) -> None:
        one, other = self.start(home), self.start(home)
        self.sign(one, 0, LEAVES[:5])
        with pytest.raises(ConflictError):
            self.sign(other, 0, LEAVES[20:25])
        check_note(self.sign(other, 5, LEAVES[5:6]), LEAVES[:6])
        with pytest.raises(ConflictError):
            self.sign(one, 5, LEAVES[30:31])

    def test_both_cosignatures_are_of_their_own_keys(self, signer: AnySigner) -> None:
        text = parse_signed_note(self.sign(signer, 0, LEAVES[:3])).text
        for line, key in [
            (signer.cosign_mirror(text, 1_800_000_000), KEYS["mirror"]),
            (signer.cosign_witness(text, 1_800_000_000), KEYS["witness"]),
        ]:
            assert isinstance(line, SignatureLine)
            assert verify_cosignature(text, line, key.verifier, now_s=None).at_s == 1_800_000_000

    def test_only_checkpoints_are_cosigned(self, signer: AnySigner) -> None:
        for text in (b"", b"no newline", b"origin\nx\n", b"DSSEv1 1 a 1 b\n"):
            with pytest.raises(MalformedError):
                signer.cosign_mirror(text, 1)
            with pytest.raises(MalformedError):
                signer.cosign_witness(text, 1)

    def test_an_act_is_signed_by_its_post(self, signer: AnySigner) -> None:
        keyid, signature = signer.sign_act("desk", ACT)
        public = KEYS["desk"].key.public
        assert keyid == hash_public_key(public)
        assert is_valid_signature(public, signature, pae(ACT_TYPE, ACT))

    def test_which_acts_are_not_signed(self, signer: AnySigner) -> None:
        with pytest.raises(MissingError) as missing:
            signer.sign_act("nobody", ACT)
        assert missing.value.code == "post_key"
        with pytest.raises(RefusedError) as refused:
            signer.sign_act("minister", ACT)
        assert refused.value.code == "signer_post"
        with pytest.raises(RefusedError) as refused:
            signer.sign_act("desk", ACT.replace(b"ma-mi.example", b"fr-mi.example"))
        assert refused.value.code == "signer_origin"
        for junk in (b"", b"{", b"\xff", b"[]", b'{"log":1}'):
            with pytest.raises(MalformedError):
                signer.sign_act("desk", junk)

    def test_a_release_head_is_of_a_tree_that_was_signed(self, signer: AnySigner) -> None:
        def payload(size: int, log: str = ORIGIN) -> bytes:
            fields = {"v": 1, "log": log, "size": size, "root": root_of(LEAVES[:size]).hex(), "to": "fr-mi"}
            return encode_canonical({**fields, "last_seq": 1, "created": "2026-01-01T00:00:00.000Z"})

        self.sign(signer, 0, LEAVES[:5])
        answer = msgspec.json.decode(signer.sign_release_head(payload(5)))
        assert answer["payloadType"] == "application/vnd.mithaq.release-head.v1+json"
        assert answer["signatures"][0]["keyid"] == hash_public_key(KEYS["node"].key.public)
        with pytest.raises(ConflictError):
            signer.sign_release_head(payload(6))
        with pytest.raises(RefusedError):
            signer.sign_release_head(payload(5, "fr-mi.example/log/1"))
        with pytest.raises(MalformedError):
            signer.sign_release_head(b"junk")

    def test_without_its_head_it_does_not_start(self, home: Path) -> None:
        (home / "signer" / "head").unlink()
        with pytest.raises(MissingError) as error:
            self.start(home)
        assert error.value.code == "signer_head_missing"

    def test_with_a_damaged_head_it_does_not_start(self, home: Path) -> None:
        self.sign(self.start(home), 0, LEAVES[:5])
        data = bytearray((home / "signer" / "head").read_bytes())
        data[len(data) // 2] ^= 1
        (home / "signer" / "head").write_bytes(data)
        with pytest.raises(MalformedError) as error:
            self.start(home)
        assert error.value.code == "signer_head_file"

    def test_with_the_head_of_another_log_it_does_not_start(self, home: Path) -> None:
        (home / "signer" / "head").unlink()
        SignerHeadFile(home / "signer" / "head").create(Origin("ma-mi.example/log/2"))
        with pytest.raises(MalformedError):
            self.start(home)

    def test_without_a_key_it_does_not_start(self, home: Path) -> None:
        (home / "keys" / "mirror.key").unlink()
        with pytest.raises(MissingError):
            self.start(home)

    def test_with_an_open_key_file_it_does_not_start(self, home: Path) -> None:
        (home / "keys" / "post-desk.key").chmod(0o640)
        with pytest.raises(RefusedError) as error:
            self.start(home)
        assert error.value.code == "key_mode"

    def test_while_a_log_key_is_replaced_both_sign(self, home: Path) -> None:
        new = make_key(KeyRole.LOG, 9)
        store_key(home / "keys" / "log-2.key", new)
        note = parse_signed_note(self.sign(self.start(home), 0, LEAVES[:2]))
        assert len(note.lines) == 2
        for key in (KEYS["log"], new):
            open_checkpoint(note, ORIGIN, [key.verifier])


class TestFileSigner(SignerContract):
    def start(self, home: Path) -> AnySigner:
        return FileSigner(home)


class TestSignerProcess(SignerContract):
    @pytest.fixture(autouse=True)
    def _end_children(self) -> Iterator[None]:
        self.children: list[SignerProcess] = []
        yield
        for process in self.children:
            process.close()

    def start(self, home: Path) -> SignerProcess:
        self.children.append(SignerProcess(home))
        return self.children[-1]


def test_both_give_the_same_bytes(home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with SignerProcess(home) as process:
        there = [process.sign_checkpoint(TreeSize(0), LEAVES[:3]), process.sign_act("desk", ACT)]
        there.append(process.cosign_mirror(parse_signed_note(there[0]).text, 5))  # type: ignore[arg-type]
        assert process.origin == ORIGIN
    here = FileSigner(home)
    note = here.sign_checkpoint(TreeSize(0), LEAVES[:3])
    assert there == [note, here.sign_act("desk", ACT), here.cosign_mirror(parse_signed_note(note).text, 5)]


# --- crashes and faults of the head file ---------------------------------------------------------------


class Kill(BaseException):
    """Nothing may catch it."""


def test_a_lost_answer_is_given_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    signer = FileSigner(home)
    signer.sign_checkpoint(TreeSize(0), LEAVES[:5])
    monkeypatch.setattr(FileSigner, "_sign_head", lambda *_: (_ for _ in ()).throw(Kill()))
    with pytest.raises(Kill):
        signer.sign_checkpoint(TreeSize(5), LEAVES[5:9])
    monkeypatch.undo()
    after = FileSigner(home)
    assert after.head()[0] == 9
    with pytest.raises(ConflictError):
        after.sign_checkpoint(TreeSize(5), LEAVES[20:24])
    check_note(after.sign_checkpoint(TreeSize(5), LEAVES[5:9]), LEAVES[:9])


class FailingCall:
    """Lets the nth call of an ``os`` function fail, after the fact where only the answer is lost."""

    def __init__(self, call: str, nth: int, fault: Callable[[], BaseException]) -> None:
        self.real: Callable[..., object] = getattr(os, call)
        self.is_late = call == "close"
        self.left, self.fault = nth, fault

    def __call__(self, *arguments: object, **options: object) -> object:
        self.left -= 1
        if self.left == 0:
            if self.is_late:
                self.real(*arguments, **options)
            raise self.fault()
        return self.real(*arguments, **options)


def input_output_error() -> OSError:
    return OSError(errno.EIO, "EIO")


def no_space() -> OSError:
    return OSError(errno.ENOSPC, "ENOSPC")


# A checkpoint opens the lock, the new head and the folder, and closes them in another order.
AROUND_THE_LOCK = {("open", 1), ("close", 3)}


@pytest.mark.parametrize("call", ["open", "write", "fsync", "rename", "close", "fchmod"])
@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize("fault", [Kill, input_output_error, no_space])
def test_a_fault_at_any_call_never_lets_a_fork_through(
    home: Path, monkeypatch: pytest.MonkeyPatch, call: str, nth: int, fault: Callable[[], BaseException]
) -> None:
    signer = FileSigner(home)
    signer.sign_checkpoint(TreeSize(0), LEAVES[:5])
    failing = FailingCall(call, nth, fault)
    monkeypatch.setattr(os, call, failing)
    try:
        signer.sign_checkpoint(TreeSize(5), LEAVES[5:9])
    except (Kill, UnavailableError):
        assert failing.left <= 0
    else:
        assert failing.left > 0, "a fault went unnoticed"
    monkeypatch.undo()
    if failing.left <= 0 and (call, nth) not in AROUND_THE_LOCK:
        # What the disk holds is in doubt: this signer signs no more, not even what would be right.
        with pytest.raises(UnavailableError):
            signer.sign_checkpoint(TreeSize(5), LEAVES[5:9])
    check_after_a_fault(home)


def check_after_a_fault(home: Path) -> None:
    after = FileSigner(home)
    assert after.head()[0] in (5, 9)
    if after.head()[0] == 9:
        with pytest.raises(ConflictError):
            after.sign_checkpoint(TreeSize(5), LEAVES[20:24])
    check_note(after.sign_checkpoint(TreeSize(5), LEAVES[5:9]), LEAVES[:9])
    check_note(after.sign_checkpoint(TreeSize(9), LEAVES[9:10]), LEAVES[:10])


def test_the_head_is_durable_before_the_signature_leaves(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []
    for name in ("fsync", "rename"):
        real: Callable[..., object] = getattr(os, name)

        def spy(*arguments: object, name: str = name, real: Callable[..., object] = real) -> object:
            events.append(name)
            return real(*arguments)

        monkeypatch.setattr(os, name, spy)
    real_sign = FileSigner._sign_head

    def sign(self: FileSigner, head: SignerHead) -> bytes:
        events.append("sign")
        return real_sign(self, head)

    monkeypatch.setattr(FileSigner, "_sign_head", sign)
    FileSigner(home).sign_checkpoint(TreeSize(0), LEAVES[:5])
    assert events == ["fsync", "rename", "fsync", "sign"]


def test_every_flipped_byte_of_the_head_is_noticed(home: Path) -> None:
    FileSigner(home).sign_checkpoint(TreeSize(0), LEAVES[:5])
    data = (home / "signer" / "head").read_bytes()
    assert parse_signer_head(data).encode() == data
    for place in range(len(data)):
        for flip in (1, 0x20, 0x80):
            damaged = bytearray(data)
            damaged[place] ^= flip
            with pytest.raises(MalformedError):
                parse_signer_head(bytes(damaged))
        with pytest.raises(MalformedError):
            parse_signer_head(data[:place])


# --- the child -----------------------------------------------------------------------------------------


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until(condition: Callable[[], bool], timeout_s: float = 10) -> bool:
    end = time.monotonic() + timeout_s
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


def test_a_dead_child_is_told_and_not_replaced(home: Path) -> None:
    with SignerProcess(home) as process:
        os.kill(process.pid, signal.SIGKILL)
        for _ in range(3):
            with pytest.raises(UnavailableError) as error:
                process.sign_checkpoint(TreeSize(0), LEAVES[:1])
            assert error.value.code == "signer_gone"


def test_the_child_ends_with_this_end(home: Path) -> None:
    process = SignerProcess(home)
    process.close()
    assert not is_running(process.pid)
    process.close()
    with pytest.raises(UnavailableError):
        process.head()


def test_the_child_ends_when_its_node_is_killed(home: Path) -> None:
    code = (
        "import sys, time\nfrom pathlib import Path\n"
        "from mithaq.adapters.keystore.process import SignerProcess\n"
        "process = SignerProcess(Path(sys.argv[1])); print(process.pid, flush=True); time.sleep(60)"
    )
    paths = os.pathsep.join(path for path in sys.path if path)
    node = subprocess.Popen(
        [sys.executable, "-c", code, str(home)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert node.stdout is not None
    with node:
        child_pid = int(node.stdout.readline())
        assert is_running(child_pid)
        node.kill()
    assert wait_until(lambda: not is_running(child_pid))


def test_the_child_outlives_the_signals_of_a_stop(home: Path) -> None:
    with SignerProcess(home) as process:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            os.kill(process.pid, number)
        check_note(process.sign_checkpoint(TreeSize(0), LEAVES[:2]), LEAVES[:2])


def test_the_child_leaves_no_core_and_cannot_be_looked_into(home: Path) -> None:
    with SignerProcess(home) as process:
        limits = Path(f"/proc/{process.pid}/limits")
        core = next(line for line in limits.read_text().splitlines() if line.startswith("Max core file size"))
        assert core.split()[4:6] == ["0", "0"]


def test_the_child_loads_no_framework_and_no_network_library() -> None:
    code = (
        "import sys, mithaq.adapters.keystore.child\n"
        "loaded = {name.split('.')[0] for name in sys.modules}\n"
        "bad = {'django', 'httpx', 'ssl', 'http', 'psycopg', 'sqlite3'} & loaded\n"
        "sys.exit(repr(bad) if bad else 0)"
    )
    paths = os.pathsep.join(path for path in sys.path if path)
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr


def test_a_failing_disk_in_the_child_is_one_error_here(home: Path) -> None:
    with SignerProcess(home) as process:
        process.sign_checkpoint(TreeSize(0), LEAVES[:2])
        # A folder in the way of the temporary file fails for any user, root too.
        (home / "signer" / ".head.new").mkdir()
        with pytest.raises(UnavailableError) as error:
            process.sign_checkpoint(TreeSize(2), LEAVES[2:3])
        assert error.value.code == "disk"
        (home / "signer" / ".head.new").rmdir()
        with pytest.raises(UnavailableError):
            process.sign_checkpoint(TreeSize(2), LEAVES[2:3])
        assert process.sign_act("desk", ACT)


def test_an_interrupted_call_cannot_shift_the_answers(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with SignerProcess(home) as process:
        monkeypatch.setattr(
            "mithaq.adapters.keystore.process.receive_reply", lambda _: (_ for _ in ()).throw(Kill())
        )
        with pytest.raises(Kill):
            process.sign_act("desk", ACT)
        monkeypatch.undo()
        with pytest.raises(UnavailableError):
            process.sign_act("minister", ACT)


def test_junk_ends_the_child_with_a_reason(home: Path) -> None:
    here, there = socket.socketpair()
    with here, there:
        here.sendall((5).to_bytes(4, "big") + b"junk!")
        child.serve(FileSigner(home), there)
        reply = frames.receive_reply(here)
    assert isinstance(reply, frames.Failure)
    assert isinstance(reply.rebuild(), MalformedError)


def test_an_oversize_message_is_not_sent(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with SignerProcess(home) as process:
        monkeypatch.setattr(frames, "MAX_FRAME_BYTES", 100)
        with pytest.raises(MalformedError):
            process.sign_checkpoint(TreeSize(0), LEAVES)
        monkeypatch.undo()
        check_note(process.sign_checkpoint(TreeSize(0), LEAVES), LEAVES)
