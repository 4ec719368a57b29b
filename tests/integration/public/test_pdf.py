"""PDF of signed texts: words that can be read out of them, the proof within, the same bytes each time."""

import io
import re
import shutil
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mithaq.core.acts.proved_act import verify_proof_file
from mithaq.core.log.policy import parse_policy
from mithaq.core.log.proof_file import parse_proof_file
from mithaq.web.pdf.libraries import find_missing

from ..cli.two_homes import run
from .conftest import Serve
from .world import World

SEEDS = Path(__file__).parents[4] / "shared" / "seeds"
ARABIC, FRENCH = ("000", "001", "003", "004"), "002"
PYPDF, PDFTOTEXT = 0.95, 0.90
"""Of the words of the source text, of each language."""
INVISIBLE = re.compile("[ـ\u200c-\u200f\u202a-\u202e\u2066-\u2069]")
WORD = re.compile(r"[^\W\d_]{2,}[^\W_]*")

pytestmark = [
    pytest.mark.skipif(bool(find_missing()), reason=f"PDF needs {', '.join(find_missing())}"),
]


def read_words(text: str) -> Counter[str]:
    plain = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return Counter(WORD.findall(plain))


def extract(pdf: bytes) -> str:
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def extract_by_poppler(pdf: bytes) -> str:
    if not shutil.which("pdftotext"):
        return ""
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def share_found(text: str, extracted: str) -> float:
    wanted, found = read_words(text), read_words(extracted)
    return sum((wanted & found).values()) / wanted.total()


def in_script(words: Counter[str], script: str) -> set[str]:
    return {word for word in words if unicodedata.name(word[0]).startswith(script)}


def paragraphs_of(number: str) -> list[str]:
    files = list(SEEDS.glob(f"{number}_*.txt")) if SEEDS.is_dir() else []
    if not files:
        pytest.skip("the source texts are not beside this tree")
    return [each for each in files[0].read_text(encoding="utf-8").splitlines() if each.strip()]


@pytest.fixture
def rabat(world: World, serve: Serve) -> Iterator[Any]:
    with serve(world.rabat) as found:
        yield found


def print_lines(world: World, arabic: list[str], french: list[str]) -> bytes:
    """The signed text of the world, as if it said something else: layout and fonts are what is tested."""
    from dataclasses import replace

    from mithaq.core.instruments.manifest import build_manifest
    from mithaq.web.pdf.document import PrintedAct, PrintedText, print_text
    from mithaq.web.public.publication import Publications
    from mithaq.web.runtime import get_node

    node = get_node()
    text = Publications(node).text(world.public)
    size = max(len(arabic), len(french))
    pairs = zip(arabic + [""] * (size - len(arabic)), french + [""] * (size - len(french)), strict=True)
    lines = [{"no": number, "text": {"ar": ar, "fr": fr}} for number, (ar, fr) in enumerate(pairs, 1)]
    manifest = build_manifest(
        object_id=world.public,
        object_kind=text.object_kind,
        object_v=1,
        signatories=text.version.manifest.signatories,
        effect={"rule": "ON_SIGNATURE"},
        data={"title": dict(text.title), "paragraphs": lines},
    )
    acts = [PrintedAct(each.act, each.is_clear) for each in text.acts]
    version = replace(text.version, manifest=manifest)
    printed = PrintedText(world.public, text.object_kind, text.title, text.reference, version, acts)
    return print_text(node, printed, "ar")


def test_words_of_real_texts_come_back(rabat: Any, world: World) -> None:
    texts = [paragraphs_of(number) for number in ARABIC]
    french = paragraphs_of(FRENCH)
    pdf = print_lines(world, [line for lines in texts for line in lines], french)
    read, read_by_poppler = extract(pdf), extract_by_poppler(pdf)
    for lines in (*texts, french):
        assert share_found("\n".join(lines), read) >= PYPDF
        assert not read_by_poppler or share_found("\n".join(lines), read_by_poppler) >= PDFTOTEXT


def test_poppler_is_here() -> None:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed: half of the extraction is not tested")


@pytest.mark.usefixtures("article_suspended")
def test_an_article_that_stands_still_is_marked_in_print(rabat: Any, world: World) -> None:
    answer = rabat.get(f"/public/fr/{world.public}/?format=pdf")
    told = " ".join(extract(answer.content).split())
    assert "Suspendu en partie" in told
    assert told.count("ne s’applique pas actuellement") == 2


@pytest.mark.parametrize("reader", ["rabat"], indirect=True)
def test_every_kind_of_pdf_holds_its_words(reader: Any, world: World) -> None:
    record = f"agreements/{world.public}/"
    addresses = [f"/fr/{record}?format=pdf", f"/fr/{record}text/?format=pdf&version=1"]
    addresses += [f"/public/{lang}/{world.public}/?format=pdf" for lang in ("ar", "fr")]
    source = read_words(TEXT_WORDS)
    for address in addresses:
        answer = reader.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf"), address
        assert answer["Content-Disposition"] == f'attachment; filename="{world.public}-v1.pdf"'
        found = read_words(extract(answer.content))
        assert set(source) <= set(found), (address, set(source) - set(found))
        assert len(in_script(found, "ARABIC")) >= 10 or "/ar/" not in address
        assert len(in_script(found, "LATIN")) >= 10


def test_a_program_takes_a_pdf(rabat: Any, world: World) -> None:
    from mithaq.web.accounts.founding import Founder, found_account
    from mithaq.web.accounts.models import User
    from mithaq.web.api.tokens import grantable_registers, make_token
    from mithaq.web.runtime import get_node

    node = get_node()
    found_account(Founder("program", "P", "fr", "desk", ("reader",), clearance="red"), node.clock.now())
    user = User.objects.get(login="program")
    granted = {"verbs": ("read",), "registers": grantable_registers(), "highest": "red"}
    _, token = make_token(node, user, "desk", name="t", **granted)
    headers = {"Authorization": f"Bearer {token}"}
    answer = rabat.get(f"/api/v1/instruments/{world.public}/pdf?version=1&lang=fr", headers=headers)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf"), answer.content[:300]
    assert set(read_words(TEXT_WORDS)) <= set(read_words(extract(answer.content)))
    for address in (f"{world.public}/pdf?version=9", "01900000-0000-7000-8000-000000000000/pdf"):
        assert rabat.get(f"/api/v1/instruments/{address}", headers=headers).status_code == 404


TEXT_WORDS = "اتفاق للعموم عنوان المادة Accord public Titre Article Deux seul"


def test_a_pdf_of_the_command_line(world: World, tmp_path: Path) -> None:
    file = tmp_path / "text.pdf"
    shown = run("--json", "--lang", "fr", "instrument", "show", world.public, "--version", "1", "--pdf",
                str(file), home=world.rabat)  # fmt: skip
    assert shown.code == 0, shown.err
    assert shown.record["pdf"]["file"] == str(file)
    found = set(read_words(extract(file.read_bytes())))
    assert set(read_words(TEXT_WORDS)) | {"Preuve"} <= found


def test_the_same_text_gives_the_same_bytes(rabat: Any, world: World) -> None:
    from mithaq.web.pdf import press

    html = (
        "<html lang='fr'><head><title>t</title></head><body><p>Accord</p><p lang='ar'>اتفاق</p></body></html>"
    )
    files = [press.EmbeddedFile("a.txt", "a", b"a")]
    assert press.Press().print(html, files) == press.Press().print(html, files)
    address = f"/public/fr/{world.public}/?format=pdf"
    first = rabat.get(address)
    assert rabat.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_the_proof_is_within_and_verifies(rabat: Any, world: World) -> None:
    from pypdf import PdfReader

    pdf = rabat.get(f"/public/fr/{world.public}/?format=pdf").content
    files = {name: found[0] for name, found in PdfReader(io.BytesIO(pdf)).attachments.items()}
    commands = re.findall(
        r"mithaq proof verify (\S+) --policy (\S+)", re.sub(r"\s+", " ", extract(pdf)).replace("- ", "-")
    )
    assert len(commands) == 3
    for proof, policy in commands:
        verified = verify_proof_file(parse_proof_file(files[proof]), parse_policy(files[policy]))
        assert verified.origin.startswith(policy.removesuffix(".policy"))


def test_it_is_tagged_for_screen_readers(rabat: Any, world: World) -> None:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(rabat.get(f"/public/ar/{world.public}/?format=pdf").content))
    catalog: Any = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "ar"
    assert b'pdfuaid:part="1"' in catalog["/Metadata"].get_data()
    assert "/StructTreeRoot" in catalog


def test_what_is_missing_is_named_and_no_page_offers_it(
    rabat: Any, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mithaq.web.pdf import libraries, press

    def missing() -> tuple[str, ...]:
        return ("libpango-1.0-0",)

    monkeypatch.setattr(libraries, "find_missing", missing)
    monkeypatch.setattr(press, "find_missing", missing)
    address = f"/public/fr/{world.public}/"
    assert "format=pdf" not in rabat.get(address).content.decode()
    answer = rabat.get(f"{address}?format=pdf")
    assert (answer.status_code, "pdf_missing" in answer.content.decode()) == (503, True)


def test_nothing_is_opened_for_a_page(tmp_path: Path) -> None:
    from mithaq.web.pdf.press import Press

    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>canari</text></svg>', encoding="utf-8")
    body = (
        f'<p>Accord</p><img src="{secret.as_uri()}" alt=""><link rel="attachment" href="{secret.as_uri()}">'
    )
    pdf = Press().print(f"<html lang='fr'><head><title>t</title></head><body>{body}</body></html>")
    assert "Accord" in extract(pdf)
    assert "canari" not in extract(pdf)
    assert secret.read_bytes() not in pdf
