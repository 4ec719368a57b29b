"""Files for offices: texts in two columns as documents, lists as tables, each in its direction."""

import io
from pathlib import Path
from typing import Any

import pytest

from ..cli.two_homes import run
from .world import World

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

pytest.importorskip("docx", reason="office files need mithaq[office]")


def read_table(data: bytes) -> Any:
    from openpyxl import load_workbook

    return load_workbook(io.BytesIO(data))


@pytest.mark.parametrize("reader", ["rabat"], indirect=True)
def test_a_text_is_a_document_of_two_directions(reader: Any, world: World) -> None:
    from docx import Document

    from mithaq.formats.attachments.kinds import recognize_file

    page = reader.get(f"/ar/agreements/{world.public}/text/").content.decode()
    assert f"/ar/agreements/{world.public}/text/?format=docx&amp;version=1" in page
    answer = reader.get(f"/ar/agreements/{world.public}/text/?format=docx&version=1")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="{world.public}-v1.docx"'
    recognize_file("text.docx", answer["Content-Type"], answer.content)
    found = Document(io.BytesIO(answer.content))
    pairs = found.tables[-1]
    assert pairs._tbl.tblPr.find(f"{WORD}bidiVisual") is not None
    arabic, french = pairs.rows[1].cells
    assert ("المادة" in arabic.text, "Article" in french.text) == (True, True)
    run_ar = arabic.paragraphs[0].runs[0]._r.rPr
    assert arabic.paragraphs[0]._p.pPr.find(f"{WORD}bidi") is not None
    assert run_ar.find(f"{WORD}rtl") is not None
    assert run_ar.find(f"{WORD}lang").get(f"{WORD}bidi") == "ar-MA"
    run_fr = french.paragraphs[0].runs[0]._r.rPr
    assert (run_fr.find(f"{WORD}rtl"), run_fr.find(f"{WORD}lang").get(f"{WORD}val")) == (None, "fr-FR")


@pytest.mark.parametrize(
    ("lang", "mark", "word"),
    [
        ("ar", "معلق جزئيا", "معلقة: لا تطبق حاليا."),
        ("fr", "Suspendu en partie", "Suspendu\N{NO-BREAK SPACE}: ne s’applique pas actuellement."),
        ("en", "Suspended in part", "Suspended: it does not apply now."),
    ],
)
@pytest.mark.parametrize("client", ["rabat"], indirect=True)
@pytest.mark.usefixtures("article_suspended")
def test_an_article_that_stands_still_is_marked_in_a_document(
    client: Any, world: World, lang: str, mark: str, word: str
) -> None:
    from docx import Document

    from mithaq.web.office.document import write_document
    from mithaq.web.pdf.document import PrintedText
    from mithaq.web.public.publication import Publications
    from mithaq.web.runtime import get_node

    found = Publications(get_node()).text(world.public)
    text = PrintedText(found.object_id, found.object_kind, found.title, found.reference, found.version, [])
    facts, pairs = Document(io.BytesIO(write_document(get_node(), text, lang))).tables
    assert facts.rows[0].cells[1].text.endswith(f" · {mark}")
    told = [[word in cell.text.split("\n") for cell in row.cells] for row in pairs.rows]
    assert [place for place, both in enumerate(told) if all(both)] == [2]
    assert sum(map(any, told)) == 1


@pytest.mark.parametrize("reader", ["rabat"], indirect=True)
@pytest.mark.parametrize(("lang", "is_rtl"), [("ar", True), ("fr", False)])
def test_a_list_is_a_table_from_the_right_in_arabic(
    reader: Any, world: World, lang: str, is_rtl: bool
) -> None:
    from mithaq.formats.attachments.kinds import recognize_file

    answer = reader.get(f"/{lang}/agreements/?format=xlsx")
    assert (answer.status_code, answer["Content-Disposition"].endswith('.xlsx"')) == (200, True)
    recognize_file("list.xlsx", answer["Content-Type"], answer.content)
    book = read_table(answer.content)
    assert [sheet.sheet_view.rightToLeft for sheet in book] == [is_rtl, is_rtl]
    assert book.worksheets[0].max_row > 1
    told = [row[1].value for row in book.worksheets[1].iter_rows()]
    assert (told[0], len(told)) in {("green", 4), ("amber", 4)}


def test_the_command_line_writes_both(world: World, tmp_path: Path) -> None:
    text, listed = tmp_path / "text.docx", tmp_path / "list.xlsx"
    shown = run("--json", "--lang", "ar", "instrument", "show", world.public, "--docx", str(text),
                home=world.rabat)  # fmt: skip
    assert (shown.code, shown.record["docx"]["file"]) == (0, str(text)), shown.err
    made = run("--lang", "ar", "instrument", "list", "--xlsx", str(listed), home=world.rabat)
    assert (made.code, made.out) == (0, ""), made.err
    sheet = read_table(listed.read_bytes()).worksheets[0]
    assert sheet.sheet_view.rightToLeft
    assert world.public in [cell.value for cell in next(iter(sheet.iter_cols()))]
    again = run("instrument", "list", "--xlsx", str(listed), home=world.rabat)
    assert (again.code, "file_exists" in again.err) == (5, True)
