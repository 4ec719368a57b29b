"""Input files: what is read, what is refused, and where attachments go."""

import hashlib
import json

import pytest

from mithaq.errors import ConflictError, MalformedError, MissingError
from mithaq.main.cli.documents import (
    Attachments,
    folder_of,
    part_blobs,
    read_note,
    read_parts,
    read_reply,
    read_signatories,
)
from mithaq.main.cli.inputs import read_json, write_new_file

PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n"


class KeptBlobs:
    """Takes attachments and remembers them."""

    def __init__(self):
        self.kept = {}

    def add(self, chunks):
        data = b"".join(chunks)
        sha256 = hashlib.sha256(data).hexdigest()
        self.kept[sha256] = data
        return sha256, len(data)


@pytest.fixture
def blobs():
    return KeptBlobs()


@pytest.fixture
def files(tmp_path, blobs):
    (tmp_path / "annex.pdf").write_bytes(PDF)
    return Attachments(tmp_path, blobs)


def test_a_note(files, blobs):
    document = {
        "object_kind": "requests.request",
        "to": ["fr-mi"],
        "subject": {"fr": "Objet", "ar": "الموضوع"},
        "body": {"class": "normal_7d"},
        "sections": {"persons": {"name": "x"}},
        "blobs": ["annex.pdf"],
    }
    note = read_note(document, files, ["es-mi"])
    assert note.recipients == ["es-mi", "fr-mi"]
    assert note.fields["lang"] == ["ar", "fr"]
    assert note.sections == {"persons": b'{"name":"x"}'}
    [entry] = note.fields["blobs"]
    assert (entry["name"], entry["media"], entry["size"]) == ("annex.pdf", "application/pdf", len(PDF))
    assert blobs.kept == {entry["sha256"]: PDF}


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("annex.pdf", b"%PDF-1.7\n<< /S /JavaScript >>\n%%EOF\n", "upload_active"),
        ("annex.pdf", b"MZ", "upload_type"),
        ("annex.exe", b"MZ", "upload_type"),
    ],
)
def test_a_file_is_looked_into_as_on_pages(tmp_path, blobs, name, data, code):
    (tmp_path / name).write_bytes(data)
    document = {"object_kind": "a.b", "to": ["fr-mi"], "body": {}, "blobs": [name]}
    with pytest.raises(MalformedError) as refused:
        read_note(document, Attachments(tmp_path, blobs), [])
    assert (refused.value.code, blobs.kept) == (code, {})


def test_a_dry_run_keeps_nothing(tmp_path, files, blobs):
    note = read_note(
        {"object_kind": "a.b", "to": ["fr-mi"], "body": {}, "blobs": ["annex.pdf"]},
        Attachments(tmp_path, blobs, is_dry=True),
        [],
    )
    assert note.fields["blobs"][0]["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert blobs.kept == {}


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({}, "member_missing"),
        ({"object_kind": "a.b", "body": {}}, "member_missing"),
        ({"object_kind": "a.b", "to": "fr-mi", "body": {}}, "bad_member"),
        ({"object_kind": "a.b", "to": ["fr-mi"], "body": []}, "bad_member"),
        ({"object_kind": "a.b", "to": ["fr-mi"], "body": {}, "subjects": {}}, "unknown_member"),
        ({"object_kind": "a.b", "to": ["fr-mi"], "body": {}, "sections": {"x": 1}}, "bad_member"),
        ({"object_kind": "a.b", "to": ["fr-mi"], "body": {}, "blobs": [{"file": "x"}]}, "unknown_member"),
    ],
)
def test_a_bad_note_is_malformed(files, document, code):
    with pytest.raises(MalformedError) as caught:
        read_note(document, files, [])
    assert caught.value.code == code


def test_a_missing_attachment(files):
    with pytest.raises(MissingError):
        read_note({"object_kind": "a.b", "to": ["fr-mi"], "body": {}, "blobs": ["no"]}, files, [])


def test_parts_become_blobs(files, blobs):
    parts = read_parts(
        {
            "parts": [
                {"name": "text", "lang": "ar", "media": "text/plain", "text": "نص"},
                {"name": "annex", "lang": "fr", "media": "application/pdf", "file": "annex.pdf"},
                {"name": "copy", "lang": "fr", "media": "application/pdf", "file": "annex.pdf"},
            ]
        },
        files,
    )
    assert [part.size_bytes for part in parts] == [4, len(PDF), len(PDF)]
    assert set(blobs.kept.values()) == {"نص".encode(), PDF}
    assert len(part_blobs(parts)) == 2


@pytest.mark.parametrize(
    "part", [{"name": "a", "lang": "fr"}, {"name": "a", "lang": "fr", "text": "x", "file": "y"}, "x"]
)
def test_a_bad_part_is_malformed(files, part):
    with pytest.raises(MalformedError):
        read_parts({"parts": [part]}, files)


def test_signatories():
    [one] = read_signatories({"signatories": [{"administration": "ma-mi", "post": "minister"}]})
    assert (one.administration, one.post) == ("ma-mi", "minister")
    with pytest.raises(MalformedError):
        read_signatories({"signatories": [{"administration": "ma-mi"}]})


def test_a_reply_is_a_body_or_holds_one(files):
    assert read_reply({"answers": [], "final": True}, files) == ({"answers": [], "final": True}, {})
    body, fields = read_reply({"body": {"text": "x"}, "lang": ["fr"]}, files)
    assert (body, fields) == ({"text": "x"}, {"lang": ["fr"]})


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"a":1,"a":2}', '{"a":1.5}', '{"a":NaN}', "\xff", "[" * 9_999]
)
def test_bad_json_is_malformed(tmp_path, text):
    (tmp_path / "f").write_bytes(text.encode("latin-1"))
    with pytest.raises(MalformedError):
        read_json(str(tmp_path / "f"))


def test_paths_count_from_the_document(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert folder_of("-") == tmp_path
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "n.json").write_text(json.dumps({"a": 1}))
    assert folder_of("sub/n.json").resolve() == tmp_path / "sub"
    assert read_json("sub/n.json") == {"a": 1}


def test_no_file_is_written_over(tmp_path):
    write_new_file(tmp_path / "f", b"1")
    with pytest.raises(ConflictError):
        write_new_file(tmp_path / "f", b"2")
    assert (tmp_path / "f").read_bytes() == b"1"
