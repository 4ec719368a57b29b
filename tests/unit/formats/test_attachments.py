"""Files that people attach: whole ones of known kinds are taken, and nothing that acts."""

import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.errors import MalformedError
from mithaq.formats.attachments.kinds import recognize_file

OFFICE = "application/vnd.openxmlformats-officedocument."


def make_pdf(
    inside: bytes = b"<< /Type /Catalog >>", packed: bytes | None = None, extra: bytes = b""
) -> bytes:
    """A document; ``packed`` are objects that stand in an object stream."""
    parts = [b"%PDF-1.7\n1 0 obj\n", inside, b"\nendobj\n"]
    if packed is not None:
        data = zlib.compress(packed)
        head = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>" % len(data)
        parts += [b"2 0 obj\n", head, extra, b"\nstream\n", data, b"\nendstream\nendobj\n"]
    return b"".join([*parts, b"trailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"])


def make_png(width: int = 2, height: int = 2) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 6))
        + chunk(b"IEND", b"")
    )


def make_jpeg(width: int = 2, height: int = 2) -> bytes:
    frame = b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00"
    return b"\xff\xd8" + frame + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12\xff\x00\x34\xff\xd9"


def make_office(main: str = "word/document.xml", *more: str, **parts: str | bytes) -> bytes:
    """``parts`` have ``_`` for ``/`` and no suffix; those of ``more`` are empty."""
    made = io.BytesIO()
    named = dict.fromkeys(("[Content_Types].xml", main, *more), "<x/>")
    named |= {f"{name.replace('_', '/')}.xml": text for name, text in parts.items()}
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, text in named.items():
            opened.writestr(name, text)
    return made.getvalue()


GOOD = {
    "annexe.pdf": (make_pdf(packed=b"3 0 << /Type /Page >>"), "application/pdf"),
    "plan.png": (make_png(), "image/png"),
    "plan.jpeg": (make_jpeg(), "image/jpeg"),
    "note.docx": (make_office(), f"{OFFICE}wordprocessingml.document"),
    "table.xlsx": (make_office("xl/workbook.xml"), f"{OFFICE}spreadsheetml.sheet"),
    "ورقة عمل.txt": ("نص\n".encode(), "text/plain"),
    "chiffres.csv": (b"a;b\r\n1;2\r\n", "text/csv"),
    "a.json": (b'{"a": 1}', "application/json"),
    "a.xml": (b"<a/>", "application/xml"),
    "a.ics": (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "text/calendar"),
}


@pytest.mark.parametrize("name", list(GOOD))
def test_whole_files_are_known_by_their_bytes(name: str) -> None:
    data, media = GOOD[name]
    assert recognize_file(name, "", data) == media
    assert recognize_file(name, f"{media}; charset=utf-8", data) == media
    assert recognize_file(name.upper(), "application/octet-stream", data) == media


@pytest.mark.parametrize("name", list(GOOD))
def test_suffix_type_and_bytes_must_agree(name: str) -> None:
    data, _media = GOOD[name]
    suffix = name.rpartition(".")[2]
    others = {other: one for other, one in GOOD.items() if not other.endswith(suffix)}
    for other, (_data, media) in others.items():
        if suffix not in ("txt", "csv", "json", "xml", "ics"):
            assert refuse(other, "", data) in ("upload_type", "upload_damaged"), other
        if not (suffix == "csv" and media == "text/plain"):
            assert refuse(name, media, data) == "upload_type"
    assert refuse(f"{name}.exe", "", data) == "upload_type"
    assert refuse(name, "", b"") == "upload_size"


@pytest.mark.parametrize("name", ["annexe.pdf", "plan.png", "plan.jpeg", "note.docx", "table.xlsx"])
def test_nothing_is_cut_off_and_nothing_follows(name: str) -> None:
    data, _media = GOOD[name]
    assert refuse(name, "", data + b"MZ\x90") == "upload_damaged"
    assert refuse(name, "", data[:-8]) == "upload_damaged"
    assert refuse(name, "", b"\n" + data) == "upload_type"


ACTING = {
    "script": make_pdf(b"<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>"),
    "script by another spelling": make_pdf(b"<< /S /J#61vaScript >>"),
    "launch": make_pdf(b"<< /S /Launch /F (cmd.exe) >>"),
    "file inside": make_pdf(b"<< /Type /EmbeddedFile >>"),
    "xfa": make_pdf(b"<< /AcroForm << /XFA [] >> >>"),
    "encrypted": make_pdf(b"<< /Encrypt 5 0 R >>"),
    "script in an object stream": make_pdf(packed=b"3 0 << /S /JavaScript >>"),
    "object stream under a second filter": make_pdf(packed=b"3 0 << >>", extra=b"/Filter [/A85]"),
    "object stream that is none": make_pdf(packed=b"\x02no objects"),
    "object stream without data": make_pdf(b"<< /Type /ObjStm >>"),
    "object stream that never ends": make_pdf(packed=b"3 0 " + b" " * (65 * 2**20)),
}


@pytest.mark.parametrize("why", list(ACTING))
def test_a_document_in_which_something_acts_is_refused(why: str) -> None:
    assert refuse("annexe.pdf", "application/pdf", ACTING[why]) == "upload_active"


def test_macros_files_inside_and_document_types_are_refused() -> None:
    for part in ("word/vbaProject.bin", "word/embeddings/a.bin", "word/activeX/a.xml"):
        assert refuse("a.docx", "", make_office("word/document.xml", part)) == "upload_active"
    assert refuse("a.docx", "", make_office("word/document.xml", "../a")) == "upload_damaged"
    assert refuse("a.xml", "", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>') == "upload_active"
    assert refuse("a.txt", "", b"a\x00b") == "upload_type"
    assert refuse("a.txt", "", b"\xff\xfe") == "upload_type"
    assert refuse("a.png", "", make_png(10_000, 6_000)) == "upload_size"
    assert refuse("a.jpg", "", make_jpeg(10_000, 6_000)) == "upload_size"


LINK = '<Relationships><Relationship TargetMode="External" Target="http://x/"/></Relationships>'
DEEP = "<a>" * 65 + "</a>" * 65
HOSTILE = [
    ("a.xlsx", {"xl_worksheets_sheet1": "<s><c><f>1+1</f><v>2</v></c></s>"}, "upload_active"),
    ("a.xlsx", {"xl_worksheets_sheet1": '<x:s xmlns:x="u"><x:c><x:f/></x:c></x:s>'}, "upload_active"),
    ("a.xlsx", {"xl_workbook": "<w>" + "<sheet/>" * 21 + "</w>"}, "upload_size"),
    ("a.docx", {"word_document": "<w:p xmlns:w='u'><w:instrText>D</w:instrText></w:p>"}, ""),
    (
        "a.docx",
        {"word_document": "<p><r><instrText> DD</instrText></r><r><instrText>EAUTO x</instrText></r></p>"},
        "upload_active",
    ),
    ("a.docx", {"word_document": '<p><fldSimple instr="dde c"/></p>'}, "upload_active"),
    ("a.docx", {"word_document": "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"}, "upload_active"),
    ("a.docx", {"word_document": "<?mso-application progid='x'?><x/>"}, "upload_active"),
    ("a.docx", {"word_document": '<?xml version="1.0" encoding="latin1"?><x/>'}, "upload_type"),
    ("a.docx", {"word_document": "<x/>".encode("utf-16")}, "upload_type"),
    ("a.docx", {"word_document": "<x>"}, "upload_damaged"),
    ("a.docx", {"word_document": DEEP}, "upload_size"),
    ("a.docx", {"word_document": "<x " + " ".join(f'a{n}="1"' for n in range(65)) + "/>"}, "upload_size"),
    ("a.docx", {"word_document": f"<x>{'a' * 9_000_000}</x>"}, "upload_size"),
]


@pytest.mark.parametrize(("name", "parts", "code"), HOSTILE)
def test_what_acts_or_swells_inside_a_document_is_refused(
    name: str, parts: dict[str, str | bytes], code: str
) -> None:
    main = "word/document.xml" if name == "a.docx" else "xl/workbook.xml"
    data = make_office(main, **parts)
    if code:
        assert refuse(name, "", data) == code
    else:
        recognize_file(name, "", data)


def test_a_document_is_one_plain_zip(monkeypatch: pytest.MonkeyPatch) -> None:
    from mithaq.formats.attachments import office

    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        for name in ("[Content_Types].xml", "word/document.xml", "word/_rels/document.xml.rels"):
            opened.writestr(name, LINK)
    assert refuse("a.docx", "", made.getvalue()) == "upload_active"
    link = zipfile.ZipInfo("word/link")
    link.external_attr = 0o120777 << 16
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        opened.writestr("[Content_Types].xml", "<x/>")
        opened.writestr("word/document.xml", "<x/>")
        opened.writestr(link, "/etc/passwd")
    assert refuse("a.docx", "", made.getvalue()) == "upload_damaged"
    good = make_office()
    assert refuse("a.docx", "", make_office("word/document.xml", "Word/Document.xml")) == "upload_damaged"
    assert refuse("a.docx", "", good + b"x") == "upload_damaged"
    assert refuse("a.docx", "", good[:40] + b"tail" + good[40:]) == "upload_damaged"
    assert refuse("a.docx", "", make_office("word/document.xml", *map(str, range(200)))) == "upload_size"
    monkeypatch.setattr(office, "MAX_PACKED_BYTES", 100)
    assert refuse("a.docx", "", good) == "upload_size"


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".pdf",
        "../a.pdf",
        "a/b.pdf",
        "a\\b.pdf",
        "a\n.pdf",
        "a\u202efdp.exe.pdf",
        "a" * 252 + ".pdf",
        "a\x7f.pdf",
    ],
)
def test_a_name_is_a_label_and_never_a_path(name: str) -> None:
    assert refuse(name, "", GOOD["annexe.pdf"][0]) == "upload_name"


@given(st.sampled_from(list(GOOD)), st.data())
def test_hostile_bytes_are_refused_with_a_code_and_nothing_else(name: str, drawn: st.DataObject) -> None:
    data, _media = GOOD[name]
    at = drawn.draw(st.integers(0, len(data)))
    more = drawn.draw(st.binary(max_size=40))
    spoilt = data[:at] + more + data[at + drawn.draw(st.integers(0, 8)) :]
    code = refuse(name, "", spoilt)
    assert code == "" or code.startswith("upload_"), code


def refuse(name: str, declared: str, data: bytes) -> str:
    """The code of the refusal; empty when the file was taken."""
    try:
        recognize_file(name, declared, data)
    except MalformedError as error:
        return error.code
    return ""
