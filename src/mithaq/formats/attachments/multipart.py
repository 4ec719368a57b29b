"""The frame of a form with files: looked at as it comes in, before anything of it is believed.

Browsers write one plain form of it. What readers of it could take in two ways is refused: parts inside
parts, encodings of transfer, two names of a file, text around the parts, a form without an end.

Spec: trust 7.8; RFC 7578.
"""

import re
from collections.abc import Callable
from typing import Final

from mithaq.errors import MalformedError

MAX_HEADER_BYTES: Final = 8_192
MOST_FIELDS: Final = 100
_KNOWN: Final = frozenset({"content-disposition", "content-type"})
_FORM_DATA: Final = re.compile(r'form-data\s*;.*\bname="', re.ASCII | re.IGNORECASE | re.DOTALL)
_FILE: Final = re.compile(r";\s*filename\s*=", re.ASCII | re.IGNORECASE)
_OTHER_FILE: Final = re.compile(r";\s*filename\*", re.ASCII | re.IGNORECASE)


class MultipartCheck:
    """Follows the bytes of one form.

    Args:
        boundary: as the header of the request names it.
    """

    def __init__(self, boundary: bytes) -> None:
        self._boundary = b"--" + boundary
        self._step: Callable[[], bool] = self._read_start
        self._left = b""
        self._fields = 0
        self._is_over = False

    def feed(self, data: bytes) -> None:
        """The next bytes.

        Raises:
            MalformedError: ``upload_form``.
        """
        self._left += data
        while self._step():
            pass

    def close(self) -> None:
        """The end of the request.

        Raises:
            MalformedError: ``upload_form``; the form had none.
        """
        if not self._is_over:
            raise _refuse("the form has no end")

    def _read_start(self) -> bool:
        start = self._boundary + b"\r\n"
        if len(self._left) < len(start):
            return False
        if self._left.startswith(self._boundary + b"--"):  # a form without fields ends where it begins
            self._is_over = True
            self._go(self._read_rest, len(start))
            return True
        if not self._left.startswith(start):
            raise _refuse("something stands before the first part")
        self._go(self._read_header, len(start))
        return True

    def _read_header(self) -> bool:
        end = self._left.find(b"\r\n\r\n")
        if max(end, len(self._left) if end < 0 else 0) > MAX_HEADER_BYTES:
            raise _refuse("the header of a part is over 8 KiB")
        if end < 0:
            return False
        self._check_header(self._left[:end].decode("utf-8", "replace"))
        self._go(self._read_data, end + 4 - 2)  # an empty part has its boundary at once
        return True

    def _read_data(self) -> bool:
        mark = b"\r\n" + self._boundary
        at = self._left.find(mark)
        if at < 0:
            self._left = self._left[-len(mark) :]
            return False
        after = at + len(mark)
        if len(self._left) < after + 2:
            return False
        match self._left[after : after + 2]:
            case b"\r\n":
                self._go(self._read_header, after + 2)
            case b"--":
                self._is_over = True
                self._go(self._read_rest, after + 2)
            case _:
                raise _refuse("a boundary has something behind it")
        return True

    def _read_rest(self) -> bool:
        if self._left.strip(b"\r\n"):
            raise _refuse("something stands behind the last part")
        self._left = b""
        return False

    def _go(self, step: Callable[[], bool], used: int) -> None:
        self._step = step
        self._left = self._left[used:]

    def _check_header(self, text: str) -> None:
        lines = [line.partition(":") for line in text.split("\r\n")]
        names = [name.strip().lower() for name, _, _ in lines]
        if not set(names) <= _KNOWN or len(set(names)) != len(names):
            raise _refuse("a part has headers that no browser writes")
        values = {name: value.strip() for name, (_, _, value) in zip(names, lines, strict=True)}
        said = values.get("content-disposition", "")
        if not _FORM_DATA.match(said) or values.get("content-type", "").lower().startswith("multipart/"):
            raise _refuse("a part is no field of a form")
        if _OTHER_FILE.search(said):
            raise _refuse("a file has its name in a form that no browser writes")
        if not _FILE.search(said):
            self._fields += 1
        if self._fields > MOST_FIELDS:
            raise _refuse(f"a form with files has at most {MOST_FIELDS} fields")


def _refuse(message: str) -> MalformedError:
    return MalformedError("upload_form", message)
