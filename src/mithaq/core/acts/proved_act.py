"""A proof file of an act: what its line ``extra`` holds, and the check of the whole.

``extra`` is authenticated by nothing but this check: the salt and the envelope by the entry in the
log, each section by the hash in the envelope. Signatures of posts travel along unverified; judging
them takes the roots of the administration.

Spec: docs/spec 4.1, 4.2; c2sp.org/tlog-proof.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import orjson

from mithaq.core.acts.commitment import commit_act, entry_of, hash_section
from mithaq.core.encoding import JsonObject, encode_base64, parse_base64, parse_canonical, parse_hex
from mithaq.core.log.policy import Policy
from mithaq.core.log.proof_file import ProofFile, VerifiedProof, verify_entry_proof
from mithaq.errors import MalformedError, RefusedError

MAX_EXTRA_BYTES = 3_145_728
"""3 MiB: a full envelope and 1 MiB of sections in base64, with room for names and signatures."""

_VERSION = 1
_SALT_BYTES = 32
_KEYID_BYTES = 32
_SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True)
class ProvedSection:
    """A section that goes with the proof.

    Attributes:
        salt: 32 bytes, its own.
        data: its exact bytes.
    """

    salt: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class ProofExtra:
    """Everything of an act that its proof needs.

    Attributes:
        salt: 32 bytes.
        envelope: the act's exact bytes.
        sigs: pairs of keyid (64 hex digits) and 64-byte signature; not verified here.
        sections: by name; those disclosed, none or some of those the envelope lists.
    """

    salt: bytes
    envelope: bytes
    sigs: tuple[tuple[str, bytes], ...]
    sections: Mapping[str, ProvedSection]

    def encode(self) -> bytes:
        """Canonical JSON for ``ProofFile.extra``. Read by ``parse_proof_extra``.

        Whole envelopes pass the string limit of the profile of acts; every string here is ASCII, so
        sorted keys alone give the bytes of RFC 8785.

        Raises:
            MalformedError: what it would refuse is not written.
        """
        value = {
            "v": _VERSION,
            "salt": encode_base64(self.salt),
            "envelope": encode_base64(self.envelope),
            "sigs": [{"keyid": keyid, "sig": encode_base64(sig)} for keyid, sig in self.sigs],
            "sections": {
                name: {"salt": encode_base64(section.salt), "data": encode_base64(section.data)}
                for name, section in self.sections.items()
            },
        }
        data = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        parse_proof_extra(data)
        return data


def parse_proof_extra(data: bytes) -> ProofExtra:
    """Reads ``extra``. Fields that a newer version may add are passed over.

    Raises:
        MalformedError: ``proof_extra``; over 3 MiB, not canonical JSON, another version, a field that
            is missing or not of its form.
    """
    if len(data) > MAX_EXTRA_BYTES:
        raise MalformedError("proof_extra", "The extra of a proof is at most 3 MiB.")
    try:
        value = orjson.loads(data)
        is_canonical = orjson.dumps(value, option=orjson.OPT_SORT_KEYS) == data
    except (orjson.JSONDecodeError, orjson.JSONEncodeError) as error:
        raise MalformedError("proof_extra", "The extra of a proof is not JSON.") from error
    if not is_canonical:
        raise MalformedError("proof_extra", "The extra of a proof is not canonical JSON.")
    fields = _demand_object(value)
    version = fields.get("v")
    if type(version) is not int or version != _VERSION:
        raise MalformedError("proof_extra", "The extra of a proof is of an unknown version.")
    sections = _demand_object(fields.get("sections"))
    return ProofExtra(
        salt=_read_bytes(fields, "salt", _SALT_BYTES),
        envelope=_read_bytes(fields, "envelope"),
        sigs=_read_sigs(fields.get("sigs")),
        sections={name: _read_section(section) for name, section in sections.items()},
    )


def _demand_object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise MalformedError("proof_extra", "A field of the extra is not an object.")
    return value


def _read_bytes(fields: Mapping[str, object], name: str, length_bytes: int | None = None) -> bytes:
    text = fields.get(name)
    if not isinstance(text, str):
        raise MalformedError("proof_extra", "A field of the extra is missing or not a string.")
    try:
        data = parse_base64(text)
    except MalformedError as error:
        raise MalformedError("proof_extra", "A field of the extra is not base64.") from error
    if length_bytes is not None and len(data) != length_bytes:
        raise MalformedError("proof_extra", "A field of the extra is of a wrong length.")
    return data


def _read_sigs(value: object) -> tuple[tuple[str, bytes], ...]:
    if not isinstance(value, list):
        raise MalformedError("proof_extra", "The signatures of the extra are not an array.")
    return tuple(_read_sig(_demand_object(sig)) for sig in value)


def _read_sig(fields: Mapping[str, object]) -> tuple[str, bytes]:
    keyid = fields.get("keyid")
    if not isinstance(keyid, str):
        raise MalformedError("proof_extra", "A signature of the extra has no keyid.")
    try:
        parse_hex(keyid, _KEYID_BYTES)
    except MalformedError as error:
        raise MalformedError("proof_extra", "A keyid is not 64 hex digits.") from error
    return keyid, _read_bytes(fields, "sig", _SIGNATURE_BYTES)


def _read_section(value: object) -> ProvedSection:
    fields = _demand_object(value)
    return ProvedSection(_read_bytes(fields, "salt", _SALT_BYTES), _read_bytes(fields, "data"))


def verify_proof_file(proof: ProofFile, policy: Policy | None, *, now_s: int | None = None) -> VerifiedProof:
    """Checks a proof of an act, offline: entry, log, quorum, inclusion, sections.

    Args:
        proof: as ``parse_proof_file`` gave it.
        policy: the caller's own, from the pinned roster; without one nothing is proved.
        now_s: our time, POSIX seconds; cosignatures over 300 s ahead do not count. None for any time.

    Raises:
        MalformedError: ``proof_extra``; ``checkpoint`` or ``note_text``.
        RefusedError: ``policy_missing``; ``proof_extra_missing``; as ``verify_entry_proof``;
            ``proof_envelope``, it is not canonical JSON; ``proof_origin``, it names another log;
            ``proof_section``, a section that the envelope does not list, or of another hash.

    Spec: docs/spec 4.2.
    """
    if policy is None:
        raise RefusedError("policy_missing", "Without a policy no proof can be verified.")
    if proof.extra is None:
        raise RefusedError("proof_extra_missing", "Without its extra the entry cannot be recomputed.")
    extra = parse_proof_extra(proof.extra)
    entry = entry_of(commit_act(extra.salt, extra.envelope))
    verified = verify_entry_proof(proof, policy, entry, now_s=now_s)
    fields = _open_envelope(extra.envelope)
    if fields.get("log", verified.origin) != verified.origin:
        raise RefusedError("proof_origin", "The act names another log than the checkpoint.")
    _verify_sections(fields.get("sections"), extra.sections)
    return replace(verified, envelope=extra.envelope)


def _open_envelope(envelope: bytes) -> JsonObject:
    try:
        return parse_canonical(envelope)
    except MalformedError as error:
        raise RefusedError("proof_envelope", "The act is not canonical JSON.") from error


def _verify_sections(listed: object, sections: Mapping[str, ProvedSection]) -> None:
    hashes = listed if isinstance(listed, dict) else {}
    for name, section in sections.items():
        if hashes.get(name) != hash_section(section.salt, section.data).hex():
            raise RefusedError("proof_section", "A section is not the one that the act lists.")
