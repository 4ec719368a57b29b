"""Policy: which logs and witnesses a verifier trusts, and how many of the witnesses it takes.

Keys come from here and never from the proof or the log. Names of witnesses and groups are opaque
bytes with a meaning inside one policy file only; they are not the names of the keys.

Spec: docs/spec 4.3; c2sp.org/tlog-policy.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mithaq.core.keys import KeyType, VerifierKey, parse_vkey
from mithaq.core.log.cosignature import Cosignature
from mithaq.core.types import Origin
from mithaq.errors import MalformedError

MAX_POLICY_BYTES = 1_048_576
NO_QUORUM = b"none"
"""The reserved name: no witness is asked for."""

_BARRED = re.compile(rb"[^\x09\x0a\x20-\x7e\x80-\xff]")
_BLANK = re.compile(rb"[\x09\x20]+")
_THRESHOLD = re.compile(rb"[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class PolicyLog:
    """A log whose checkpoints are accepted.

    Attributes:
        key: of type 01; its name is the origin of the log.
        url: opaque bytes, or None.
    """

    key: VerifierKey
    url: bytes | None = None


@dataclass(frozen=True, slots=True)
class PolicyWitness:
    """A cosigner.

    Attributes:
        name: what groups and the quorum call it; opaque bytes.
        key: of type 04.
        url: opaque bytes, or None.
    """

    name: bytes
    key: VerifierKey
    url: bytes | None = None


@dataclass(frozen=True, slots=True)
class PolicyGroup:
    """Counts as a witness once ``threshold`` of its members do.

    Attributes:
        name: opaque bytes.
        threshold: 1..count of members.
        members: names of witnesses and of earlier groups.
    """

    name: bytes
    threshold: int
    members: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A checked policy. Made by ``parse_policy``; a group stands after the groups it names.

    Attributes:
        logs: may be empty, then no proof is accepted.
        witnesses: may be empty.
        groups: in the order of the file.
        quorum: name of a witness or a group; None for ``quorum none``.
    """

    logs: tuple[PolicyLog, ...]
    witnesses: tuple[PolicyWitness, ...]
    groups: tuple[PolicyGroup, ...]
    quorum: bytes | None

    def encode(self) -> bytes:
        """The file in its plain form: logs, witnesses, groups with numbers, quorum; no comments."""
        lines = [_join(b"log", log.key.encode().encode(), log.url) for log in self.logs]
        lines += [
            _join(b"witness", witness.name, witness.key.encode().encode(), witness.url)
            for witness in self.witnesses
        ]
        lines += [
            _join(b"group", group.name, b"%d" % group.threshold, *group.members) for group in self.groups
        ]
        lines.append(_join(b"quorum", self.quorum or NO_QUORUM))
        return b"".join(lines)

    def log_keys(self, origin: Origin) -> tuple[VerifierKey, ...]:
        """Keys of one log; empty for a log that is not trusted."""
        return tuple(log.key for log in self.logs if log.key.name == origin)

    def witness_keys(self) -> tuple[VerifierKey, ...]:
        """Keys whose cosignatures may count."""
        return tuple(witness.key for witness in self.witnesses)

    def name_witnesses(self, cosignatures: Iterable[Cosignature]) -> frozenset[bytes]:
        """The policy's names of the witnesses that gave these verified cosignatures."""
        by_key = {(witness.key.name, witness.key.key_id): witness.name for witness in self.witnesses}
        places = {(found.name, found.key_id) for found in cosignatures}
        return frozenset(name for place, name in by_key.items() if place in places)

    def is_met(self, names: Iterable[bytes]) -> bool:
        """Whether the quorum is reached.

        Args:
            names: the policy's names of witnesses with a good cosignature; unknown ones count for
                nothing, nor do names of groups.
        """
        if self.quorum is None:
            return True
        known = {witness.name for witness in self.witnesses}
        met = known & set(names)
        for group in self.groups:
            if sum(member in met for member in group.members) >= group.threshold:
                met.add(group.name)
        return self.quorum in met


def _join(*items: bytes | None) -> bytes:
    return b" ".join(item for item in items if item is not None) + b"\n"


def parse_policy(data: bytes) -> Policy:
    """Reads a policy file and checks it whole.

    Raises:
        MalformedError: ``policy_too_long`` (over 1 MiB); ``policy_octet``; ``policy_line``, an unknown
            keyword or a wrong count of items; ``policy_key``, a vkey that cannot be read or whose type
            does not fit; ``policy_key_twice``; ``policy_name``, a reserved name or one not defined on
            an earlier line; ``policy_name_twice``, defined twice or member twice; ``policy_threshold``;
            ``policy_quorum``, not exactly one.

    Spec: c2sp.org/tlog-policy, Policy file syntax and structure.
    """
    if len(data) > MAX_POLICY_BYTES:
        raise MalformedError("policy_too_long", "A policy is at most 1 MiB.")
    if _BARRED.search(data):
        raise MalformedError("policy_octet", "A policy holds a control character other than tab and newline.")
    draft = _Draft()
    for line in data.split(b"\n"):
        items = [item for item in _BLANK.split(line) if item]
        if items and not items[0].startswith(b"#"):
            draft.add(items)
    return draft.finish()


class _Draft:
    """A policy as it is read, line by line."""

    def __init__(self) -> None:
        self._logs: list[PolicyLog] = []
        self._witnesses: list[PolicyWitness] = []
        self._groups: list[PolicyGroup] = []
        self._quorums: list[bytes] = []
        self._names: set[bytes] = set()
        self._members: set[bytes] = set()
        self._keys: set[bytes] = set()

    def add(self, items: list[bytes]) -> None:
        match items:
            case [b"log", vkey, *url] if len(url) <= 1:
                self._logs.append(PolicyLog(self._read_key(vkey, KeyType.ED25519), *url))
            case [b"witness", name, vkey, *url] if len(url) <= 1:
                self._define(name)
                key = self._read_key(vkey, KeyType.COSIGNATURE_V1)
                self._witnesses.append(PolicyWitness(name, key, *url))
            case [b"group", name, threshold, *members] if members:
                self._add_group(name, threshold, members)
            case [b"quorum", name]:
                self._add_quorum(name)
            case _:
                raise MalformedError("policy_line", "A line of a policy is not of a known form.")

    def finish(self) -> Policy:
        if len(self._quorums) != 1:
            raise MalformedError("policy_quorum", "A policy has exactly one quorum line.")
        quorum = None if self._quorums[0] == NO_QUORUM else self._quorums[0]
        return Policy(tuple(self._logs), tuple(self._witnesses), tuple(self._groups), quorum)

    def _define(self, name: bytes) -> None:
        if name == NO_QUORUM:
            raise MalformedError("policy_name", "The name none is reserved.")
        if name in self._names:
            raise MalformedError("policy_name_twice", "A name is defined twice.")
        self._names.add(name)

    def _read_key(self, vkey: bytes, key_type: KeyType) -> VerifierKey:
        try:
            key = parse_vkey(vkey.decode())
        except (UnicodeDecodeError, MalformedError) as error:
            raise MalformedError("policy_key", "A vkey of a policy cannot be read.") from error
        if key.key_type is not key_type:
            raise MalformedError("policy_key", "A key of a policy is of a type that does not fit its line.")
        # The bare key counts: under another name or type it would let one signer stand for two.
        if key.public in self._keys:
            raise MalformedError("policy_key_twice", "A key stands twice in a policy.")
        self._keys.add(key.public)
        return key

    def _add_group(self, name: bytes, threshold: bytes, members: list[bytes]) -> None:
        for member in members:
            if member not in self._names:
                raise MalformedError("policy_name", "A member of a group is not defined on an earlier line.")
            if member in self._members:
                raise MalformedError("policy_name_twice", "A name is a member twice.")
            self._members.add(member)
        self._define(name)
        self._groups.append(PolicyGroup(name, _read_threshold(threshold, len(members)), tuple(members)))

    def _add_quorum(self, name: bytes) -> None:
        if name != NO_QUORUM and name not in self._names:
            raise MalformedError("policy_name", "The quorum is not defined on an earlier line.")
        self._quorums.append(name)


def _read_threshold(text: bytes, count: int) -> int:
    if text == b"any":
        return 1
    if text == b"all":
        return count
    if _THRESHOLD.fullmatch(text) is None or int(text) > count:
        raise MalformedError("policy_threshold", "A threshold is all, any or a count of members.")
    return int(text)
