"""The answer of a partner: read within limits, and its refusals as our errors.

Nothing here trusts a length, a coding or a code that a partner gives.

Spec: docs/spec 8.2, 12.1.2; RFC 9457.
"""

import re
import zlib
from collections.abc import Iterator
from typing import Final

import msgspec

from mithaq.adapters.http.transport import Answer
from mithaq.errors import (
    ConflictError,
    MalformedError,
    MissingError,
    MithaqError,
    NotAllowedError,
    RefusedError,
    UnavailableError,
)

MAX_PROBLEM_BYTES: Final = 65_536
MAX_RETRY_AFTER_S: Final = 3_600

_GZIP_WINDOW = 31
_PIECE_BYTES = 65_536
_CODE = re.compile(r"[a-z0-9_]{1,64}", re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,6}", re.ASCII)

_FAMILIES: dict[int, type[MithaqError]] = {
    400: MalformedError,
    401: NotAllowedError,
    403: NotAllowedError,
    404: MissingError,
    409: ConflictError,
    413: MalformedError,
    415: MalformedError,
}


class _Problem(msgspec.Struct):
    code: str = ""
    detail: str = ""


def iterate_body(answer: Answer, max_bytes: int) -> Iterator[bytes]:
    """The body, decompressed, in pieces of at most 64 KiB or as they came; never over ``max_bytes`` in all.

    Raises:
        MalformedError: ``answer_too_large``; ``answer_coding``, another coding than gzip, or a bad one.
    """
    coding = answer.fields.get("content-encoding", "identity").strip().lower()
    if coding == "identity":
        pieces = answer.pieces()
    elif coding == "gzip":
        pieces = _unzip(answer.pieces())
    else:
        raise MalformedError("answer_coding", "The coding of the answer is not one that was asked for.")
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > max_bytes:
            raise MalformedError("answer_too_large", f"The answer is over {max_bytes} bytes.")
        yield piece


def _unzip(pieces: Iterator[bytes]) -> Iterator[bytes]:
    unzipper = zlib.decompressobj(_GZIP_WINDOW)
    try:
        for packed in pieces:
            rest = packed
            while rest and not unzipper.eof:
                yield unzipper.decompress(rest, _PIECE_BYTES)
                rest = unzipper.unconsumed_tail
            if unzipper.eof and (rest or unzipper.unused_data):
                raise MalformedError("answer_coding", "Bytes follow the end of the gzip answer.")
        # What fills a piece to the brim may leave more inside.
        while not unzipper.eof and (piece := unzipper.decompress(b"", _PIECE_BYTES)):
            yield piece
    except zlib.error as error:
        raise MalformedError("answer_coding", "The gzip answer cannot be read.") from error
    if not unzipper.eof:
        raise MalformedError("answer_coding", "The gzip answer is cut.")


def read_body(answer: Answer, max_bytes: int) -> bytes:
    """The whole body, decompressed.

    Raises:
        MalformedError: as ``iterate_body``.
    """
    return b"".join(iterate_body(answer, max_bytes))


def iterate_lines(pieces: Iterator[bytes], max_line_bytes: int) -> Iterator[bytes]:
    """Lines of a body without their newlines; what follows the last newline is dropped.

    Raises:
        MalformedError: ``answer_line_too_long``.
    """
    parts: list[bytes] = []
    length = 0
    for piece in pieces:
        *lines, tail = piece.split(b"\n")
        if lines:
            yield _join_line([*parts, lines[0]], max_line_bytes)
            for line in lines[1:]:
                yield _join_line([line], max_line_bytes)
            parts.clear()
            length = 0
        parts.append(tail)
        length += len(tail)
        if length > max_line_bytes:
            _join_line(parts, max_line_bytes)


def _join_line(parts: list[bytes], max_line_bytes: int) -> bytes:
    line = b"".join(parts)
    if len(line) > max_line_bytes:
        raise MalformedError("answer_line_too_long", f"A line is over {max_line_bytes} bytes.")
    return line


def read_error(answer: Answer) -> MithaqError:
    """The error that an answer other than 2xx stands for, by its status and its problem ``code``."""
    status = answer.status
    if 300 <= status < 400:
        return RefusedError("partner_redirects", "The partner redirects; no redirect is followed.")
    if status == 429 or status >= 500:
        code, detail = _read_problem(answer, "partner_problem")
        return UnavailableError(code, detail, _retry_after(answer))
    refusal, detail = _read_problem(answer, "partner_refused")
    return _FAMILIES.get(status, RefusedError)(refusal, detail)


def _read_problem(answer: Answer, unknown: str) -> tuple[str, str]:
    """(code, detail): ours to show, whatever the partner sent; ``unknown`` where it sent no code."""
    detail = f"The partner answered {answer.status}."
    try:
        problem = msgspec.json.decode(read_body(answer, MAX_PROBLEM_BYTES), type=_Problem)
    except (MithaqError, msgspec.MsgspecError, ValueError, RecursionError):
        return unknown, detail
    if _CODE.fullmatch(problem.code) is None:
        return unknown, detail
    return problem.code, detail


def _retry_after(answer: Answer) -> int | None:
    text = answer.fields.get("retry-after", "")
    return min(int(text), MAX_RETRY_AFTER_S) if _SECONDS.fullmatch(text) else None
