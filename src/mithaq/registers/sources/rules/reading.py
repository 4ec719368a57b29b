"""Bytes to text. The bytes are kept as they came; the text is what offsets count in.

Spec: registers 3.12.2, step 1; trust 7.1, 7.8.
"""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from mithaq.errors import MalformedError, RefusedError

MAX_SOURCE_BYTES: Final = 1_048_576
"""A public text: some hundred pages. Longer ones are taken in by parts."""
MAX_SOURCE_CHARS: Final = 200_000
MAX_SOURCE_LINES: Final = 10_000

_MAGIC: Final = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "an office file or an archive"),
    (b"\xd0\xcf\x11\xe0", "an office file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "an archive"),
    (b"{\\rtf", "an office file"),
)
_HTML = re.compile(
    r"<(?:!doctype|html|head|body|p|div|br|span|a|li|ul|h[1-6]|table|script|style|article)\b", re.IGNORECASE
)
_FEW_TAGS = 3
_FRENCH = re.compile("[\u0152\u0153àâäçéèêëîïôöùûüÿÀÂÄÇÉÈÊËÎÏÔÖÙÛÜ«»’‘“”…–—€°\u00a0]")
_ARABIC = re.compile("[\u0621-\u064a\u060c\u061b\u061f]")
_LIKELY = 0.9


@dataclass(frozen=True, slots=True)
class ReadText:
    """A source as text.

    Attributes:
        sha256: of the bytes, hex.
        encoding: by which they were read.
        is_guessed: whether the bytes are not UTF-8 and the encoding was told from the letters.
        media_type: ``text/plain`` or ``text/html``.
        invisible: how many characters the eye does not see (bidi controls, soft hyphens, controls).
    """

    sha256: str
    size: int
    text: str
    encoding: str
    is_guessed: bool
    media_type: str
    invisible: int

    @property
    def source_id(self) -> str:
        """Id of the source on this node: the same bytes are the same source."""
        return source_id_of(self.sha256)


def source_id_of(sha256_hex: str) -> str:
    """The first 128 bits of the hash."""
    return sha256_hex[:32]


def read_source(data: bytes) -> ReadText:
    """Read the bytes of a public text.

    Raises:
        RefusedError: ``source_too_long``.
        MalformedError: ``source_empty``, no letter in it; ``source_not_text``, a file of another kind, or
            bytes that no text has; ``source_encoding``, neither UTF-8 nor a legacy encoding of Arabic or
            French.
    """
    if len(data) > MAX_SOURCE_BYTES:
        raise RefusedError("source_too_long", f"a source is at most {MAX_SOURCE_BYTES} bytes of text")
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise MalformedError("source_not_text", f"this is {kind}; take in its text")
    text, encoding, is_guessed = _decode(data)
    if "\0" in text:
        raise MalformedError(
            "source_not_text", f"a NUL stands at character {text.index(chr(0))}: this is no text"
        )
    if len(text) > MAX_SOURCE_CHARS:
        raise RefusedError("source_too_long", f"a source is at most {MAX_SOURCE_CHARS} characters")
    if text.count("\n") + text.count("\r") + text.count("<") > MAX_SOURCE_LINES:
        raise RefusedError("source_too_long", f"a source has at most {MAX_SOURCE_LINES} lines or tags")
    if not any(letter.isalpha() for letter in text):
        raise MalformedError("source_empty", "there is no letter in it")
    media_type = "text/html" if is_markup(text) else "text/plain"
    digest = sha256(data).hexdigest()
    return ReadText(digest, len(data), text, encoding, is_guessed, media_type, count_invisible(text))


def _decode(data: bytes) -> tuple[str, str, bool]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16"), "utf-16", False
        except UnicodeDecodeError as error:
            raise MalformedError("source_encoding", "it starts as UTF-16 and is not") from error
    try:
        return data.decode("utf-8"), "utf-8", False
    except UnicodeDecodeError as error:
        found = _decode_legacy(data)
        if found is None:
            raise MalformedError(
                "source_encoding",
                f"byte {error.start} is not UTF-8, nor is the text Windows-1256 or Windows-1252",
            ) from error
        return found


def _decode_legacy(data: bytes) -> tuple[str, str, bool] | None:
    """Bytes above ASCII must nearly all be letters of the language, or the encoding is another one."""
    if b"\0" in data or _looks_like_utf8(data):
        return None
    for encoding, letters in (("windows-1252", _FRENCH), ("windows-1256", _ARABIC)):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        high = [letter for letter in text if letter > "\x7f"]
        good = sum(1 for letter in high if letters.match(letter) or _FRENCH.match(letter))
        own = sum(1 for letter in high if letters.match(letter))
        if high and good >= _LIKELY * len(high) and own * 2 >= len(high):
            return text, encoding, True
    return None


_UTF8_PAIR = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")


def _looks_like_utf8(data: bytes) -> bool:
    """Mostly UTF-8 with damage: to read it otherwise would make other letters of it."""
    high = sum(1 for byte in data if byte > 0x7F)
    return sum(len(found) for found in _UTF8_PAIR.findall(data)) * 2 > high


def is_markup(text: str) -> bool:
    """Whether a text is the source of a web page rather than what it shows."""
    return len(_HTML.findall(text, 0, 100_000)) >= _FEW_TAGS


_INVISIBLE = re.compile(
    "[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
    "|[\U000e0000-\U000e007f]"
)


def count_invisible(text: str) -> int:
    """Characters that the eye does not see and that may mislead it."""
    return len(_INVISIBLE.findall(text))


def drop_invisible(text: str) -> str:
    """The same text without them: for titles, which stand among other words."""
    return _INVISIBLE.sub("", text)


def show_invisible(text: str) -> str:
    """The same text for a page, each invisible character as a visible name of one character."""
    return _INVISIBLE.sub("\u25a1", text)
