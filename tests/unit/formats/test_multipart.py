"""The frame of a form with files: what a browser writes is taken, whatever the pieces; tricks are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.errors import MalformedError
from mithaq.formats.attachments.multipart import MultipartCheck

FIELD = b'Content-Disposition: form-data; name="title"'
FILE = b'Content-Disposition: form-data; name="files"; filename="a.pdf"\r\nContent-Type: application/pdf'


def make_form(*parts: tuple[bytes, bytes], end: bytes = b"--\r\n") -> bytes:
    found = b"".join(b"--B\r\n" + head + b"\r\n\r\n" + data + b"\r\n" for head, data in parts)
    return found + b"--B" + end


def check(data: bytes, size: int = 0) -> str:
    found = MultipartCheck(b"B")
    try:
        for start in range(0, len(data), size or max(len(data), 1)):
            found.feed(data[start : start + (size or len(data))])
        found.close()
    except MalformedError as error:
        return error.code
    return ""


@given(st.integers(1, 200), st.binary(max_size=300))
def test_a_plain_form_is_taken_in_pieces_of_any_size(size: int, data: bytes) -> None:
    if b"\r\n--B" not in b"\r\n" + data + b"\r\n":
        assert check(make_form((FIELD, b""), (FILE, data), (FILE, b"--")), size) == ""


@pytest.mark.parametrize("size", [0, 1, 3])
def test_a_form_without_fields_is_taken(size: int) -> None:
    assert [check(make_form(end=end), size) for end in (b"--\r\n", b"--", b"--x")] == ["", "", "upload_form"]


@given(st.binary(max_size=400), st.integers(1, 50))
def test_any_bytes_end_in_one_error(data: bytes, size: int) -> None:
    assert check(data, size) in ("", "upload_form")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x" + make_form((FIELD, b"1")),
        make_form((FIELD, b"1")) + b"x",
        make_form((FIELD, b"1"), end=b""),
        make_form((FIELD, b"1"), end=b"x--"),
        make_form((FIELD + b"\r\nContent-Transfer-Encoding: base64", b"MQ==")),
        make_form((FIELD + b"\r\nContent-Type: multipart/mixed; boundary=C", b"")),
        make_form((FILE.replace(b"; filename=", b"; filename*=UTF-8''b; filename="), b"1")),
        make_form((FIELD + b"\r\n" + FIELD, b"1")),
        make_form((b'Content-Disposition: attachment; name="a"', b"1")),
        make_form((b"Content-Type: text/plain", b"1")),
        make_form((FIELD + b"x" * 8_200, b"1")),
        make_form(*((FIELD, b"1"),) * 101),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(data: bytes) -> None:
    assert check(data) == "upload_form"
    assert check(data, 3) == "upload_form"
