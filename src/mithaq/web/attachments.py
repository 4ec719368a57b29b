"""Files that people attach to what they write: looked into, kept sealed, and named in the act.

A file that was taken stays with whoever brought it until it is named in a draft: who typed something wrong
beside it need not bring it again. Only its bearer can name it, so nobody sends a file that he cannot read.

See docs/workspace.md, "Files".
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.db.models import Sum
from django.http.multipartparser import MultiPartParserError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.errors import MalformedError, RefusedError
from mithaq.formats.attachments.kinds import KINDS, MAX_FILE_BYTES, recognize_file
from mithaq.formats.attachments.multipart import MultipartCheck
from mithaq.node.node import Node
from mithaq.web.models import Upload

MOST_FILES: Final = 10
MAX_REQUEST_BYTES: Final = 110 * 2**20
DAILY_BYTES: Final = 2**30
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_CHUNK_BYTES: Final = 2**20

WORDS: Final[Mapping[str, Promise]] = {
    "upload_name": _("The name of the file is not taken: no separators, no controls, 255 bytes at most."),
    "upload_type": _("The file is of no kind that is taken here, or its name and its content do not agree."),
    "upload_size": _("The file is empty, or larger than what is taken: 100 MiB, pictures of 50 megapixels."),
    "upload_damaged": _("The file is not whole, or something follows its end."),
    "upload_active": _("Something in the file acts by itself: a script, a macro, a file inside, encryption."),
    "upload_count": _("At most ten files go with one act."),
    "upload_quota": _("You have brought the most that is taken from one person a day."),
}
"""Words for what is refused about a file."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that its bearer may name."""

    sha256: str
    size: int
    media: str
    name: str

    def to_blob(self) -> dict[str, Any]:
        """As an envelope names it."""
        return {"sha256": self.sha256, "size": self.size, "media": self.media, "name": self.name}


class LimitedUploads(FileUploadHandler):
    """Ends a request over 110 MiB before anything of it is kept, and looks at its frame as it comes in."""

    def handle_raw_input(
        self, input_data: Any, _meta: Any, content_length: int, boundary: Any, *_given: Any
    ) -> None:
        """Judged by what the request says of itself; the server reads no more than that."""
        if content_length > MAX_REQUEST_BYTES:
            raise RequestDataTooBig("the request is over 110 MiB")
        check = MultipartCheck(boundary)
        if input_data is self.request:
            request: Any = self.request
            request._stream = _CheckedStream(request._stream, check)
        else:  # its bytes are here already
            checked = _CheckedStream(input_data, check)
            while checked.read(_CHUNK_BYTES):
                pass
            input_data.seek(0)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass it on."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler keeps it."""


class _CheckedStream:
    """The bytes of a request, each looked at when it is read."""

    def __init__(self, stream: Any, check: MultipartCheck) -> None:
        self._stream = stream
        self._check = check

    def read(self, *size: int) -> bytes:
        """The next bytes.

        Raises:
            MultiPartParserError: the frame is not that of a form.
        """
        return self._look_at(self._stream.read(*size))

    def readline(self, *size: int) -> bytes:
        """The next line: how what is left after the end is thrown away.

        Raises:
            MultiPartParserError: the frame is not that of a form.
        """
        return self._look_at(self._stream.readline(*size))

    def _look_at(self, data: bytes) -> bytes:
        try:
            self._check.feed(data)
            if not data:
                self._check.close()
        except MalformedError as error:
            raise MultiPartParserError(error.message) from error
        return data


def keep_file(node: Node, user_id: str, name: str, declared: str, data: bytes) -> Kept:
    """Look into a file and keep it, sealed, for its bearer.

    Raises:
        MalformedError: ``upload_name``, ``upload_type``, ``upload_size``, ``upload_damaged``,
            ``upload_active``. RefusedError: ``upload_quota``, ``blob_quota``. Nothing was kept.
    """
    media = recognize_file(name, declared, data)
    now = node.clock.now()
    recent = Upload.objects.filter(user_id=user_id, at__gt=now - timedelta(days=1))
    if (recent.aggregate(sum=Sum("size"))["sum"] or 0) + len(data) > DAILY_BYTES:
        raise RefusedError("upload_quota", "the files of this account are over 1 GiB within a day")
    sha256, size = node.blobs.add(_cut(data))
    Upload.objects.create(user_id=user_id, sha256=sha256, size=size, media=media, name=name, at=now)
    return Kept(sha256, size, media, name)


def find_kept(user_id: str, hashes: Iterable[str]) -> list[Kept]:
    """Files that this account has brought, in the order of their hashes; others are left out."""
    wanted = [each for each in dict.fromkeys(hashes) if _SHA256.fullmatch(each)][: MOST_FILES * 2]
    rows = Upload.objects.filter(user_id=user_id, sha256__in=wanted).order_by("id")
    found = {row.sha256: Kept(row.sha256, row.size, row.media, row.name) for row in rows}
    return [found[each] for each in wanted if each in found]


def read_file(node: Node, sha256: str, size: int) -> Iterator[bytes]:
    """The bytes of a whole file, chunk by chunk.

    Raises:
        MissingError: ``blob``, at the first chunk.
    """
    for number in range(max(1, -(-size // _CHUNK_BYTES))):
        yield node.blobs.read_chunk(sha256, number)


def _cut(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), _CHUNK_BYTES):
        yield data[start : start + _CHUNK_BYTES]


# Fields of forms


class FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Files from the disk of whoever fills in the form; ``take_files`` keeps them before it is looked at."""

    def __init__(self) -> None:
        accepted = ",".join(f".{suffix}" for suffix in KINDS)
        super().__init__(
            label=_("Files"),
            required=False,
            widget=FilesInput({"multiple": True, "accept": accepted}),
            help_text=_(
                "PDF, pictures, docx, xlsx, text, CSV, iCalendar, XML, JSON; 100 MiB each, ten at most."
            ),
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        """They were kept already; what was refused stands in ``refused``."""
        return None


class KeptField(forms.MultipleChoiceField):
    """Files that are here already, each with a tick to leave it out again."""

    def __init__(self, kept: Sequence[Kept]) -> None:
        super().__init__(
            label=_("Files that go with it"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=[(each.sha256, f"{each.name} · {each.sha256[:12]}") for each in kept],
            initial=[each.sha256 for each in kept],
        )


def take_files(
    node: Node, user_id: str, files: Sequence["UploadedFile[Any]"]
) -> tuple[list[Kept], list[str]]:
    """(files that were kept, codes of those that were refused)."""
    kept: list[Kept] = []
    refused: list[str] = []
    for file in files:
        try:
            if (file.size or 0) > MAX_FILE_BYTES:
                raise MalformedError("upload_size", "the file is over 100 MiB")
            kept.append(keep_file(node, user_id, file.name or "", file.content_type or "", file.read()))
        except (MalformedError, RefusedError) as error:
            if error.code not in WORDS:
                raise
            refused.append(error.code)
    return kept, list(dict.fromkeys(refused))
