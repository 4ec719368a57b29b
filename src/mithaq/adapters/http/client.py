"""The client of one partner's node: what the puller calls.

It calls the address of the roster and no other, follows nothing, trusts the partner's own
authorities alone, signs every call of the exchange, and reads every answer within a limit of bytes
and of time.

Spec: docs/spec 8.1, 8.2.
"""

import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Final

import httpcore
import msgspec

from mithaq.adapters.http.address import check_base_url
from mithaq.adapters.http.answer import iterate_body, iterate_lines, read_body, read_error
from mithaq.adapters.http.certificate import Certificate
from mithaq.adapters.http.tls import make_client_context
from mithaq.adapters.http.transport import Answer, DeadlineTransport, deadline_in
from mithaq.core.federation.http_signature import NONCE_BYTES, encode_nonce, sign_request
from mithaq.core.federation.page import MAX_LINE_BYTES, MAX_PAGE_ACTS, MAX_PAGE_BYTES
from mithaq.core.keys import SigningKey, hash_public_key
from mithaq.core.log.signed_note import MAX_NOTE_BYTES
from mithaq.core.log.tiles import (
    MAX_BUNDLE_BYTES,
    MAX_TILE_BYTES,
    TILE_WIDTH,
    entries_path,
    tile_path,
)
from mithaq.core.types import AdministrationCode, LeafIndex, Origin, TreeSize
from mithaq.errors import MalformedError, MissingError, MithaqError, UnavailableError
from mithaq.node.ports import Clock, Entropy
from mithaq.node.records import Partner

ANSWER_S: Final = 60.0
WAIT_MARGIN_S: Final = 10.0
MAX_WAIT_S: Final = 25
MAX_ANSWER_BYTES: Final = 1_048_576

_FIELDS = {"User-Agent": "mithaq", "Accept": "*/*", "Accept-Encoding": "gzip, identity"}

_HASH_BYTES = MAX_TILE_BYTES // TILE_WIDTH
_ENTRY_BYTES = MAX_BUNDLE_BYTES // TILE_WIDTH
_PAGE_BYTES = MAX_PAGE_BYTES + MAX_LINE_BYTES


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the transport key of this node, and its certificate.

    Attributes:
        key: of the role ``transport``.
        certificate: sent in TLS; None on plain HTTP.
    """

    key: SigningKey
    certificate: Certificate | None = None


@dataclass(frozen=True, slots=True)
class PartnerAddress:
    """Who is called, as the roster has it.

    Attributes:
        code: for messages.
        base_url: see ``check_base_url``.
        authorities: PEM texts; the partner's ``tls_ca``.
    """

    code: AdministrationCode
    base_url: str
    authorities: Sequence[str] = ()


def address_of(partner: Partner) -> PartnerAddress:
    """Where a partner of the roster is called."""
    return PartnerAddress(partner.code, partner.base_url, tuple(partner.tls_ca))


def _ignore_offset(offset_s: float) -> None:
    """Nobody listens."""


class HttpPeerClient:
    """Implements ``node.ports.PeerClient``; usable from several threads. ``close`` ends its connections.

    Every method raises ``UnavailableError`` (``partner_unreachable``, ``partner_tls``, ``partner_slow``
    or the partner's own code) when a retry may help, the family of the partner's refusal with its
    code otherwise, and ``MalformedError`` (``answer_…``) for an answer outside of its limits.

    Args:
        address: of the partner.
        caller: this node.
        clock, entropy: for ``created`` and ``nonce``.
        report_offset: called with the seconds by which the partner's clock is ahead of ours whenever it
            refused a signature as stale; a matter for people if it is over 60.

    Raises:
        RefusedError: ``base_url`` or ``plain_http``, see ``check_base_url``.
        MalformedError: ``tls_files`` or ``tls_authorities``.
    """

    def __init__(
        self,
        address: PartnerAddress,
        caller: Caller,
        clock: Clock,
        entropy: Entropy,
        report_offset: Callable[[float], None] = _ignore_offset,
    ) -> None:
        check_base_url(address.base_url)
        self._address = address
        self._key = caller.key
        self._keyid = hash_public_key(caller.key.public)
        self._clock = clock
        self._entropy = entropy
        self._report_offset = report_offset
        self._offset_s = 0.0
        self._transport = DeadlineTransport(address.base_url, _make_context(address, caller))

    def close(self) -> None:
        """Ends every connection; the client is of no use afterwards."""
        self._transport.close()

    def checkpoint(self, after: TreeSize, wait_s: int) -> bytes | None:
        """SignedNote once larger than ``after``; None when the wait (0..25 s) ran out."""
        wait_s = max(0, min(wait_s, MAX_WAIT_S))
        path = f"/exchange/v1/checkpoint?after={after}&wait={wait_s}"
        with self._answer("GET", path, seconds=wait_s + WAIT_MARGIN_S if wait_s else None) as answer:
            return None if answer.status == 204 else read_body(answer, MAX_NOTE_BYTES)

    def entries(self, number: int, width: int) -> bytes:
        """An entry bundle of the partner's own log, ``width`` entries of 2 + 33 bytes."""
        return self._cut("/log/", lambda cut: entries_path(number, cut), width, _ENTRY_BYTES)

    def tile(self, level: int, number: int, width: int) -> bytes:
        """A hash tile of the partner's own log, ``width`` hashes of 32 bytes."""
        return self._cut("/log/", lambda cut: tile_path(level, number, cut), width, _HASH_BYTES)

    def release_head(self, tree_size: TreeSize) -> bytes:
        """The release head for us (DSSE, JSON)."""
        return self._read(f"/exchange/v1/release-head?size={tree_size}")

    def acts(self, first: LeafIndex, limit: int) -> Iterator[bytes]:
        """Lines of a page of released acts, without their newline.

        A cut answer ends the lines early: then the last line given is no end line.
        """
        limit = max(1, min(limit, MAX_PAGE_ACTS))
        return self._lines(f"/exchange/v1/acts?from={first}&max={limit}")

    def heads(self, origin: Origin) -> bytes | None:
        """The partner's last cosigned SignedNote of that log; None when it has none."""
        return self._read_or_none(f"/exchange/v1/heads/{_hash_origin(origin)}")

    def mirror_entries(self, origin: Origin, number: int, width: int) -> bytes:
        """An entry bundle of *our* log as the partner stored it."""
        prefix = f"/exchange/v1/mirror/{_hash_origin(origin)}/"
        return self._cut(prefix, lambda cut: entries_path(number, cut), width, _ENTRY_BYTES)

    def mirror_acts(self, origin: Origin, first: LeafIndex) -> Iterator[bytes]:
        """Lines of our acts that the partner holds; a page, as ``acts``."""
        return self._lines(f"/exchange/v1/mirror/{_hash_origin(origin)}/acts?from={first}")

    def root(self, version: int) -> bytes | None:
        """Root file; None when there is no such version."""
        return self._read_or_none(f"/exchange/v1/root/{version}")

    def blob_manifest(self, sha256: str) -> bytes:
        """Manifest of a blob."""
        return self._read(f"/exchange/v1/blob/{sha256}")

    def blob_chunk(self, sha256: str, number: int) -> bytes:
        """One chunk, at most 1 MiB."""
        return self._read(f"/exchange/v1/blob/{sha256}/{number}")

    def hint(self, origin: Origin, tree_size: TreeSize, priority: str) -> None:
        """Wake the partner's puller; may be lost."""
        body = msgspec.json.encode({"origin": origin, "size": tree_size, "priority": priority})
        with self._answer("POST", "/exchange/v1/hint", body) as answer:
            read_body(answer, MAX_ANSWER_BYTES)

    def status(self) -> bytes:
        """Versions, kinds known, limits (JSON)."""
        return self._read("/exchange/v1/status")

    # --- one request --------------------------------------------------------------------------------

    def _read(self, path: str, max_bytes: int = MAX_ANSWER_BYTES) -> bytes:
        with self._answer("GET", path) as answer:
            return read_body(answer, max_bytes)

    def _read_or_none(self, path: str) -> bytes | None:
        try:
            return self._read(path)
        except MissingError:
            return None

    def _cut(self, prefix: str, make_path: Callable[[int], str], width: int, item_bytes: int) -> bytes:
        """A tile or bundle of ``width``; where the partial one is gone, the full one, cut."""
        try:
            return self._read_exactly(prefix + make_path(width), width * item_bytes)
        except MissingError:
            if width == TILE_WIDTH:
                raise
        full = self._read_exactly(prefix + make_path(TILE_WIDTH), TILE_WIDTH * item_bytes)
        return full[: width * item_bytes]

    def _read_exactly(self, path: str, length: int) -> bytes:
        data = self._read(path, length)
        if len(data) != length:
            raise MalformedError("answer_length", "The tile is not as long as its width says.")
        return data

    def _lines(self, path: str) -> Iterator[bytes]:
        deadline = deadline_in(ANSWER_S)
        # Asked for here, so that a refusal comes at the call, not at the first line.
        with self._transport.until(deadline), _translate_failures():
            answer = self._send("GET", path)
        return self._iterate_lines(answer, deadline)

    def _iterate_lines(self, answer: Answer, deadline: float) -> Iterator[bytes]:
        count = 0
        try:
            for line in iterate_lines(self._look_ahead(answer, deadline), MAX_LINE_BYTES):
                count += 1
                if count > MAX_PAGE_ACTS + 1:
                    raise MalformedError("answer_too_many_lines", "A page is 1,024 acts and an end.")
                yield line
        except UnavailableError:
            if not count:
                raise
        finally:
            answer.close()

    def _look_ahead(self, answer: Answer, deadline: float) -> Iterator[bytes]:
        """Pieces of the body, each given once the next one is here.

        So a reader that stops at the end line leaves a connection that was read to its end, and no
        deadline is in force while it works on a line.
        """
        pieces = iterate_body(answer, _PAGE_BYTES)
        held: bytes | None = None
        failure: MithaqError | None = None
        while failure is None:
            piece: bytes | None = None
            try:
                with self._transport.until(deadline), _translate_failures():
                    piece = next(pieces, None)
            except MithaqError as error:
                failure = error
            if held is not None:
                yield held
            if piece is None:
                break
            held = piece
        if failure is not None:
            raise failure

    @contextmanager
    def _answer(
        self, method: str, path: str, body: bytes = b"", seconds: float | None = None
    ) -> Iterator[Answer]:
        """A good answer, still to be read; everything inside shares one deadline."""
        with self._transport.until(deadline_in(seconds or ANSWER_S)), _translate_failures():
            answer = self._send(method, path, body)
            try:
                yield answer
            finally:
                answer.close()

    def _send(self, method: str, path: str, body: bytes = b"") -> Answer:
        """A good answer; one more try when the signature was stale."""
        answer = self._send_fresh(method, path, body)
        if answer.status == 401:
            error = _refuse(answer)
            if error.code != "stale_signature" or not self._follow_clock(answer):
                raise error
            answer = self._send_fresh(method, path, body)
        if not answer.is_good:
            raise _refuse(answer)
        return answer

    def _send_fresh(self, method: str, path: str, body: bytes) -> Answer:
        """Any answer; one more try when the partner had just closed an idle connection."""
        try:
            return self._transport.send(method, path, self._make_fields(method, path, body), body)
        except (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError) as error:
            if _is_tls_failure(error):
                raise
            return self._transport.send(method, path, self._make_fields(method, path, body), body)

    def _make_fields(self, method: str, path: str, body: bytes) -> dict[str, str]:
        fields = dict(_FIELDS)
        if path.startswith("/exchange/"):
            created_s = int(self._clock.now().timestamp() + self._offset_s)
            nonce = encode_nonce(self._entropy.random_bytes(NONCE_BYTES))
            url = self._address.base_url + path
            fields |= sign_request(method, url, body, self._key, self._keyid, created_s, nonce)
        if body:
            fields |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
        return fields

    def _follow_clock(self, answer: Answer) -> bool:
        """Takes the partner's ``Date`` for its clock; False when it gives none."""
        try:
            at = parsedate_to_datetime(answer.fields.get("date", ""))
        except ValueError:
            return False
        self._offset_s = at.replace(tzinfo=at.tzinfo or UTC).timestamp() - self._clock.now().timestamp()
        self._report_offset(self._offset_s)
        return True


def _refuse(answer: Answer) -> MithaqError:
    try:
        return read_error(answer)
    finally:
        answer.close()


def _make_context(address: PartnerAddress, caller: Caller) -> ssl.SSLContext | None:
    if address.base_url.startswith("http:"):
        return None
    return make_client_context(address.authorities, caller.certificate)


def _hash_origin(origin: Origin) -> str:
    return sha256(origin.encode()).hexdigest()


def _is_tls_failure(error: Exception) -> bool:
    # The library keeps the cause as the argument of its own error.
    return any(isinstance(cause, ssl.SSLError) for cause in (error.__cause__, *error.args))


@contextmanager
def _translate_failures() -> Iterator[None]:
    """The library's failures as ours."""
    try:
        yield
    except (httpcore.ConnectTimeout, httpcore.PoolTimeout) as error:
        raise UnavailableError("partner_unreachable", "The partner cannot be connected to.") from error
    except httpcore.TimeoutException as error:
        raise UnavailableError("partner_slow", "The partner did not answer in time.") from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        if _is_tls_failure(error):
            raise UnavailableError("partner_tls", "The TLS connection to the partner failed.") from error
        raise UnavailableError("partner_unreachable", "The connection to the partner failed.") from error
