"""Signatures of requests between nodes: one strict profile of HTTP Message Signatures.

Covered are ``@method``, ``@target-uri`` and, with a body, ``content-digest``; nothing else can be,
so nothing that a proxy may rewrite is ever believed or needed. Order of components and parameters is
the signer's; the base is rebuilt from the text as it came.

Spec: docs/spec 8.1; RFC 9421 §2, §3; RFC 9530 §2.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from mithaq.core.encoding import encode_base64, parse_base64, parse_decimal
from mithaq.core.keys import SIGNATURE_BYTES, SigningKey, is_valid_signature
from mithaq.errors import MalformedError, RefusedError

LABEL: Final = "sig1"
ALGORITHM: Final = "ed25519"
TAG: Final = "mithaq-exchange-v1"
NONCE_BYTES: Final = 16
WINDOW_S: Final = 60
"""How far ``created`` may be from the receiver's time, either way."""
NONCE_KEPT_S: Final = 180
"""How long a receiver remembers a nonce: longer than any request that carries it can be accepted."""

_MAX_FIELD_CHARS = 2_048
_REQUEST_COMPONENTS = frozenset({"@method", "@target-uri"})
_BODY_COMPONENTS = _REQUEST_COMPONENTS | {"content-digest"}
_PARAMETERS = frozenset({"created", "nonce", "keyid", "alg", "tag"})

# Structured fields (RFC 8941) of the one shape that the profile allows: a dictionary of one member.
_KEY = r"[a-z*][a-z0-9_\-.*]{0,63}"
_STRING = r'"[\x20\x21\x23-\x5b\x5d-\x7e]{0,255}"'
_INPUT = re.compile(
    rf"(?P<label>{_KEY})=(?P<params>\((?P<items>{_STRING}(?: {_STRING}){{0,7}})?\)"
    rf"(?P<parameters>(?:;{_KEY}=(?:{_STRING}|[0-9]{{1,15}})){{0,15}}))",
    re.ASCII,
)
_PARAMETER = re.compile(rf";({_KEY})=({_STRING}|[0-9]{{1,15}})", re.ASCII)
_SIGNATURE = re.compile(rf"(?P<label>{_KEY})=:(?P<value>[A-Za-z0-9+/=]{{1,128}}):", re.ASCII)
_DIGEST = re.compile(r"sha-256=:(?P<value>[A-Za-z0-9+/=]{1,64}):", re.ASCII)
_KEYID = re.compile(r"[0-9a-f]{64}", re.ASCII)
_TARGET = re.compile(r"https?://[\x21-\x7e]{1,8192}", re.ASCII)
_METHOD = re.compile(r"[A-Z]{1,16}", re.ASCII)


@dataclass(frozen=True, slots=True)
class RequestSignature:
    """The signature of a request, read; nothing is verified.

    Attributes:
        keyid: hex SHA-256 of the 32-byte transport key that it claims.
        created_s: POSIX seconds.
        nonce: base64url of 16 bytes, without padding.
        components: covered components, in the order of the signer.
        params: value of ``@signature-params``, exactly as it came.
        signature: 64 bytes.
        digest: value of ``Content-Digest`` as it came; None when the field is absent.
    """

    keyid: str
    created_s: int
    nonce: str
    components: tuple[str, ...]
    params: str
    signature: bytes
    digest: str | None


def encode_nonce(random: bytes) -> str:
    """The ``nonce`` parameter of 16 random bytes: base64url without padding.

    Raises:
        MalformedError: ``request_nonce``; not 16 bytes.
    """
    if len(random) != NONCE_BYTES:
        raise MalformedError("request_nonce", "A nonce is 16 bytes.")
    return urlsafe_b64encode(random).rstrip(b"=").decode("ascii")


def encode_digest(body: bytes) -> str:
    """The value of ``Content-Digest`` of a body. Spec: RFC 9530 §2."""
    return f"sha-256=:{encode_base64(sha256(body).digest())}:"


def make_signature_base(
    components: tuple[str, ...], method: str, target_uri: str, digest: str | None, params: str
) -> bytes:
    """The bytes that are signed. Spec: RFC 9421 §2.5."""
    values = {"@method": method, "@target-uri": target_uri, "content-digest": digest or ""}
    lines = [f'"{name}": {values[name]}' for name in components]
    return "\n".join([*lines, f'"@signature-params": {params}']).encode("ascii")


def sign_request(
    method: str, target_uri: str, body: bytes, key: SigningKey, keyid: str, created_s: int, nonce: str
) -> dict[str, str]:
    """The fields to add to a request.

    Args:
        method: as sent, upper case.
        target_uri: absolute, byte for byte as the receiver puts it together: its base address as the
            roster has it, path, query.
        body: empty when there is none; then no digest is sent.
        key: of the role ``transport``.
        keyid: see ``RequestSignature``.
        created_s: POSIX seconds.
        nonce: see ``encode_nonce``; never the same twice.

    Raises:
        MalformedError: ``request_target``, not ASCII, or not an http address; ``request_method``,
            ``request_keyid``, ``request_nonce``, ``request_signature`` (a negative time): what a
            receiver would refuse is not signed.
    """
    _check_target(method, target_uri)
    components = ("@method", "@target-uri", "content-digest") if body else ("@method", "@target-uri")
    items = " ".join([f'"{name}"' for name in components])
    params = f'({items});created={created_s};nonce="{nonce}";keyid="{keyid}";alg="{ALGORITHM}";tag="{TAG}"'
    digest = encode_digest(body) if body else None
    signature = key.sign(make_signature_base(components, method, target_uri, digest, params))
    fields = {"Signature-Input": f"{LABEL}={params}", "Signature": f"{LABEL}=:{encode_base64(signature)}:"}
    if digest is not None:
        fields["Content-Digest"] = digest
    parse_request_signature(fields)
    return fields


def _check_target(method: str, target_uri: str) -> None:
    if _METHOD.fullmatch(method) is None:
        raise MalformedError("request_method", "A method is 1 to 16 upper-case letters.")
    if _TARGET.fullmatch(target_uri) is None:
        raise MalformedError("request_target", "The target is not an http address in ASCII.")


def parse_request_signature(headers: Mapping[str, str]) -> RequestSignature:
    """Reads the signature of a request.

    Args:
        headers: with the names ``Signature-Input``, ``Signature`` and ``Content-Digest``, in this
            spelling, as far as the request has them; values without spaces around them.

    Raises:
        RefusedError: ``request_unsigned``, one of the two fields is absent; ``request_component``, a
            component is missing, or another one than those of the profile; ``request_parameter``, the
            same of parameters; ``request_algorithm``, not ed25519; ``request_tag``.
        MalformedError: ``request_signature``, a field is not of the one shape, labels differ, or the
            signature is not 64 bytes; ``request_created``, ``request_keyid``, ``request_nonce``,
            ``request_digest``.
    """
    input_field, signature_field = headers.get("Signature-Input"), headers.get("Signature")
    digest = headers.get("Content-Digest")
    if not input_field or not signature_field:
        raise RefusedError("request_unsigned", "The request carries no signature.")
    match = _match(_INPUT, input_field)
    signed = _match(_SIGNATURE, signature_field)
    if signed["label"] != match["label"]:
        raise MalformedError("request_signature", "The labels of signature and input differ.")
    parameters = _parse_parameters(match["parameters"])
    created_s, keyid, nonce = _read_parameters(parameters)
    return RequestSignature(
        keyid,
        created_s,
        nonce,
        _parse_components(match["items"] or "", digest),
        match["params"],
        _parse_signature(signed["value"]),
        digest,
    )


def _match(pattern: re.Pattern[str], field: str) -> re.Match[str]:
    match = pattern.fullmatch(field) if len(field) <= _MAX_FIELD_CHARS else None
    if match is None:
        raise MalformedError("request_signature", "A signature field is not of the form of the profile.")
    return match


def _parse_components(items: str, digest: str | None) -> tuple[str, ...]:
    components = tuple(item.strip('"') for item in items.split(" "))
    names = frozenset(components)
    if len(names) != len(components) or names not in (_REQUEST_COMPONENTS, _BODY_COMPONENTS):
        raise RefusedError("request_component", "The covered components are not those of the profile.")
    if "content-digest" in names and digest is None:
        raise RefusedError("request_component", "The covered digest is absent.")
    if digest is not None and (len(digest) > _MAX_FIELD_CHARS or _DIGEST.fullmatch(digest) is None):
        raise MalformedError("request_digest", "The digest is not one SHA-256 digest.")
    return components


def _parse_parameters(text: str) -> dict[str, str]:
    pairs = _PARAMETER.findall(text)
    parameters = dict(pairs)
    if len(parameters) != len(pairs) or parameters.keys() != _PARAMETERS:
        raise RefusedError("request_parameter", "The parameters are not those of the profile.")
    return parameters


def _read_parameters(parameters: Mapping[str, str]) -> tuple[int, str, str]:
    """(created, keyid, nonce); checks the two parameters whose value is fixed."""
    if parameters["alg"] != f'"{ALGORITHM}"':
        raise RefusedError("request_algorithm", "The algorithm is not ed25519.")
    if parameters["tag"] != f'"{TAG}"':
        raise RefusedError("request_tag", "The signature is for another use.")
    try:
        created_s = parse_decimal(parameters["created"])
    except MalformedError as error:
        raise MalformedError("request_created", "The time of the signature is not a number.") from error
    keyid = _unquote(parameters["keyid"])
    if _KEYID.fullmatch(keyid) is None:
        raise MalformedError("request_keyid", "A keyid is 64 digits of lower-case hex.")
    nonce = _unquote(parameters["nonce"])
    if not _is_nonce(nonce):
        raise MalformedError("request_nonce", "A nonce is 16 bytes in base64url.")
    return created_s, keyid, nonce


def _unquote(value: str) -> str:
    return value[1:-1] if value.startswith('"') else ""


def _is_nonce(text: str) -> bool:
    # 16 bytes have one form only: the spare bits of the last character are zero.
    try:
        return len(text) == 22 and encode_nonce(urlsafe_b64decode(text + "==")) == text
    except (ValueError, MalformedError):
        return False


def _parse_signature(value: str) -> bytes:
    try:
        signature = parse_base64(value)
    except MalformedError as error:
        raise MalformedError("request_signature", "The signature is not strict base64.") from error
    if len(signature) != SIGNATURE_BYTES:
        raise MalformedError("request_signature", "An Ed25519 signature is 64 bytes.")
    return signature


def verify_request(
    signature: RequestSignature,
    method: str,
    target_uri: str,
    body: bytes,
    *,
    public: bytes,
    now_s: float,
    earliest_s: int = 0,
) -> str:
    """Checks a request against the key that its keyid stands for. The nonce is for the caller to take.

    Args:
        signature: as ``parse_request_signature`` gave it.
        method: of the request line.
        target_uri: our own base address followed by the target of the request line, as it came.
        body: all of it.
        public: 32 bytes; the transport key of ``signature.keyid``.
        now_s: our time, POSIX seconds.
        earliest_s: refuse what was signed before; the start of a process that may have lost nonces.

    Returns:
        The keyid.

    Raises:
        RefusedError: ``request_component``, a body without a covered digest; ``request_signature_bad``;
            ``request_digest_differs``; ``stale_signature``, over 60 s from ``now_s`` or before
            ``earliest_s``: the only one for which another try can help.

    Spec: docs/spec 8.1; RFC 9421 §3.2.
    """
    if body and "content-digest" not in signature.components:
        raise RefusedError("request_component", "A body must be covered by its digest.")
    if not _is_signed(signature, method, target_uri, public):
        raise RefusedError("request_signature_bad", "The signature of the request does not verify.")
    if "content-digest" in signature.components and signature.digest != encode_digest(body):
        raise RefusedError("request_digest_differs", "The body is not the one that was signed.")
    if abs(signature.created_s - now_s) > WINDOW_S or signature.created_s < earliest_s:
        raise RefusedError("stale_signature", "The time of the signature is not within 60 s of ours.")
    return signature.keyid


def _is_signed(signature: RequestSignature, method: str, target_uri: str, public: bytes) -> bool:
    try:
        base = make_signature_base(
            signature.components, method, target_uri, signature.digest, signature.params
        )
    except UnicodeEncodeError:
        return False  # A target outside ASCII was signed by nobody.
    return is_valid_signature(public, signature.signature, base)
