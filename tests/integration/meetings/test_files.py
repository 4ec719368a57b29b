"""Files of papers: brought on the page or over the API, looked into, shown before they leave, taken there."""

import hashlib

import httpx

from .story import invite
from .test_api import client  # noqa: F401  (a fixture)
from .world import World, arrives, release, says

TITLE = {"ar": "اجتماع الملفات", "fr": "Réunion des fichiers"}
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"
ACTING = PDF.replace(b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript /JS (x) >>")
NAME = "ملحق الجدول.pdf"


def meeting_of(world: World) -> str:
    if "files" not in world.made:
        world.made["files"] = invite(
            world, world.paris, TITLE, day="8/9/2027", place="Paris", tzid="Europe/Paris",
            agenda_ar="أولا", agenda_fr="Un",
        )  # fmt: skip
    return str(world.made["files"])


def test_a_paper_carries_files_and_the_preview_shows_each(world: World) -> None:
    meeting, author = meeting_of(world), world.paris.author
    page = author.open(f"meetings/{meeting}/do/paper/")
    files = [(NAME, PDF, "application/pdf"), ("chiffres.csv", b"a;b\n", "text/csv")]
    preview = author.submit_files(
        page, page.main_form(), "files", files, title_fr="Annexes", title_ar="ملاحق"
    )
    assert "/outgoing/" in preview.url, preview.text[:2000]
    sha256 = hashlib.sha256(PDF).hexdigest()
    for shown in (NAME, sha256, "chiffres.csv", str(len(PDF))):
        assert shown in preview.text
    paper = release(world.paris, preview)
    arrives(world.rabat, paper)
    says(world.rabat, f"meetings/{meeting}/", NAME)
    there = world.rabat.author.get(f"/ar/acts/{paper}/files/{sha256}")
    assert (there.status_code, there.content) == (200, PDF)
    assert there.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert there.headers["X-Content-Type-Options"] == "nosniff"
    assert there.headers["Content-Disposition"].startswith("attachment")
    for address in (f"/ar/acts/{paper}/files/{'0' * 64}", f"/ar/acts/{meeting}/files/{sha256}"):
        assert world.rabat.author.get(address).status_code == 404


def test_a_file_that_acts_is_refused_and_the_good_one_is_kept(world: World) -> None:
    meeting, author = meeting_of(world), world.paris.author
    page = author.open(f"meetings/{meeting}/do/paper/")
    files = [("bon.pdf", PDF, "application/pdf"), ("mauvais.pdf", ACTING, "application/pdf")]
    back = author.submit_files(page, page.main_form(), "files", files, title_fr="Annexes", title_ar="ملاحق")
    assert (back.status, "/outgoing/" in back.url) == (422, False)
    assert "Quelque chose agit dans le fichier" in back.text
    assert "bon.pdf" in back.text
    assert "mauvais.pdf" not in back.text
    form = back.main_form()
    assert form.values["kept"] == [hashlib.sha256(PDF).hexdigest()]
    preview = author.submit(back, form)
    assert "bon.pdf" in preview.text
    empty = author.submit(back, form, 422, kept=[])
    assert "joignez un fichier" in empty.text


def test_a_hash_that_somebody_else_brought_is_no_file_of_mine(world: World) -> None:
    meeting = meeting_of(world)
    sha256 = hashlib.sha256(PDF).hexdigest()
    form = world.rabat.author.open(f"meetings/{meeting}/do/paper/")
    back = world.rabat.author.submit(
        form, form.main_form(), 422, title_fr="Vol", title_ar="سرقة", kept=[sha256]
    )
    assert "/outgoing/" not in back.url


def test_a_program_brings_a_file_and_names_it_in_a_draft(
    world: World,
    client: httpx.Client,  # noqa: F811
) -> None:
    meeting = meeting_of(world)
    brought = client.post(
        "/files", params={"name": "note.pdf"}, content=PDF, headers={"Content-Type": "application/pdf"}
    )
    assert brought.status_code == 201, brought.text
    given = {"meeting": meeting, "title": {"ar": "ملحق", "fr": "Annexe"}, "files": [brought.json()["sha256"]]}
    made = client.post("/papers", json=given)
    assert made.status_code == 201, made.text
    draft = client.get(f"/drafts/{made.json()['id']}").json()
    assert draft["command"]["fields"]["blobs"] == [brought.json()]
    for name, data, code in (("note.pdf", ACTING, "upload_active"), ("note.exe", b"MZ", "upload_type")):
        refused = client.post("/files", params={"name": name}, content=data)
        assert (refused.status_code, refused.json()["code"]) == (400, code)
    unknown = client.post("/papers", json={**given, "files": ["0" * 64]})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "blob")
