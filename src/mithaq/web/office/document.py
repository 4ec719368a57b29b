"""A version of an instrument as a ``docx``: a line in Arabic beside the same line in French.

The library knows no direction of paragraphs and runs: ``w:bidi``, ``w:rtl`` and the language of each run are
put in by hand, and the table of the text runs from right to left whatever the language of the page. It is a
copy to work with; what was signed is what the content hash says.
"""

import io
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from mithaq.core.instruments.state import Version, state_at
from mithaq.node.node import Node
from mithaq.web.dates import write_date, write_moment
from mithaq.web.office.libraries import check_can_write
from mithaq.web.office.xml_text import clean_text
from mithaq.web.pages import name_kind
from mithaq.web.parties import parties
from mithaq.web.pdf.document import PrintedText
from mithaq.web.suspensions import find_still, is_suspended_in_part
from mithaq.web.texts import LocalText, pick, read_texts
from mithaq.web.two_columns import Cell, Row, list_attachments, make_rows
from mithaq.web.words import state_word

FONT: Final = "IBM Plex Sans Arabic"
_LOCALES: Final = {"ar": "ar-MA", "fr": "fr-FR", "en": "en-GB"}
_ALWAYS: Final = datetime(2000, 1, 1, tzinfo=UTC)
_COLUMNS: Final = ("ar", "fr")


def write_document(node: Node, text: PrintedText, lang: str) -> bytes:
    """The ``docx`` of a text, the words around it in one of the three languages.

    Raises:
        UnavailableError: ``office_missing``.
    """
    check_can_write()
    with translation.override(lang):
        return _Writer(lang).write(node, text)


class _Writer:
    """Fills one document."""

    def __init__(self, lang: str) -> None:
        from docx import Document

        self._lang = lang
        self._still: list[str] = []
        self._file = Document()
        self._file.styles["Normal"].font.name = FONT
        properties = self._file.core_properties
        properties.author, properties.created, properties.modified = "Mithaq", _ALWAYS, _ALWAYS
        properties.comments = ""

    def write(self, node: Node, text: PrintedText) -> bytes:
        """The whole of it, as bytes."""
        version = text.version
        data = (version.manifest.data or {}) if text.data is None else text.data
        title = read_texts(data.get("title")) or text.title
        shown, title_lang, _is_other = pick(title, self._lang)
        self._file.core_properties.title = clean_text(shown or text.object_id)
        self._say(f"{text.reference} · {version.content_hash}", "en")
        self._warn(node, version, data)
        self._say(str(name_kind(text.object_kind) or text.object_kind))
        self._fill(self._file.add_heading(level=1), shown or text.object_id, title_lang or self._lang)
        self._facts(node, text)
        rows = make_rows(data, version.manifest.parts, node.blobs)
        self._still = find_still(version, [row.anchor for row in rows], node.clock.now())
        self._pairs(rows, title)
        self._attachments(node, version)
        self._say(_("What was signed is what this content hash names; this file is a copy to work with."))
        self._say(version.content_hash, "en")
        out = io.BytesIO()
        self._file.save(out)
        return out.getvalue()

    def _warn(self, node: Node, version: Version, data: Any) -> None:
        if settings.MITHAQ_IS_DEMONSTRATION or data.get("demonstration") is True:
            self._say(
                _(
                    "Demonstration: written from public facts to show how the record works. It is no official"
                    " text and binds nobody."
                )
            )
        if len(version.signings) < len(version.manifest.signatories):
            self._say(_("Not signed by every signatory: this version binds nobody."))

    def _facts(self, node: Node, text: PrintedText) -> None:
        version, now = text.version, node.clock.now()
        state = str(state_word(str(state_at(version, now))).word)
        if is_suspended_in_part(version, now):
            state = f"{state} · {_('Suspended in part')}"
        rows = [(_("State"), state, self._lang), (_("Version"), str(version.number), "en")]
        for label, on in (
            (_("Signed on"), version.signed_on),
            (_("Entry into force"), version.entry_into_force_on),
        ):
            if isinstance(on, date):
                rows.append((label, write_date(on, self._lang), self._lang))
        rows += [(_("Signatories"), told, self._lang) for told in self._signatories(text)]
        table = self._table(len(rows), is_rtl=self._lang == "ar")
        for place, (label, told, lang) in enumerate(rows):
            self._cell(table, place, 0, [label], self._lang)
            self._cell(table, place, 1, [told], lang)

    def _signatories(self, text: PrintedText) -> Iterable[str]:
        names = {code: party.name for code, party in parties().items()} if text.names is None else text.names
        for each in text.version.manifest.signatories:
            name = names.get(each.administration, each.administration)
            said = pick(name, self._lang)[0] if isinstance(name, LocalText) else str(name)
            signing = text.version.signings.get(each.administration)
            at = _("not signed") if signing is None else write_moment(signing.created_at, self._lang)
            yield f"{said} · {each.post} · {at}"

    def _pairs(self, rows: list[Row], titles: Any) -> None:
        if not rows:
            return
        table = self._table(len(rows) + 1, is_rtl=True)
        for column, lang in enumerate(_COLUMNS):
            name = {"ar": "العربية", "fr": "Français"}[lang]
            self._cell(table, 0, column, [name, str(titles.get(lang) or "")], lang)
        for place, row in enumerate(rows, 1):
            for column, cell in enumerate(row.cells):
                self._fill_all(table.cell(place, column), self._lines(row.anchor, cell))

    def _lines(self, anchor: str, cell: Cell) -> Iterable[tuple[str, str]]:
        """(text, its language) of a cell: as the page and the print tell it."""
        if cell.is_missing:
            return [(_("Not in this language."), self._lang)]
        still = [(_("Suspended: it does not apply now."), self._lang)] if anchor in self._still else []
        head = [(each, cell.lang) for each in (cell.label, cell.heading)]
        return [*head, *still, *((each, cell.lang) for each in cell.paragraphs)]

    def _attachments(self, node: Node, version: Version) -> None:
        files = list_attachments(version.manifest.parts, node.blobs)
        if files:
            self._fill(self._file.add_heading(level=2), _("Attachments"), self._lang)
        for each in files:
            self._say(f"{each.part.name} · {each.part.media} · {each.part.sha256}", "en")

    # What the library does not know

    def _say(self, text: str, lang: str = "") -> None:
        self._fill(self._file.add_paragraph(), text, lang or self._lang)

    def _table(self, rows: int, *, is_rtl: bool) -> Any:
        table = self._file.add_table(rows, 2, style="Table Grid")
        if is_rtl:
            _put(table._tbl.tblPr, "w:bidiVisual")
        return table

    def _cell(self, table: Any, row: int, column: int, texts: Iterable[str], lang: str) -> None:
        self._fill_all(table.cell(row, column), ((each, lang) for each in texts))

    def _fill_all(self, cell: Any, lines: Iterable[tuple[str, str]]) -> None:
        for number, (text, lang) in enumerate([each for each in lines if each[0]] or [("", self._lang)]):
            self._fill(cell.paragraphs[0] if not number else cell.add_paragraph(), text, lang)

    def _fill(self, paragraph: Any, text: str, lang: str) -> None:
        """One run of one language; its lines stay lines."""
        run = paragraph.add_run(clean_text(text))
        run.font.name = FONT
        form = run._r.get_or_add_rPr()
        form.rFonts.set(_name("w:cs"), FONT)
        locale = _LOCALES.get(lang, lang)
        if lang == "ar":
            _put(paragraph._p.get_or_add_pPr(), "w:bidi")
            _put(form, "w:rtl")
            _put(form, "w:lang", **{"w:bidi": locale})
        else:
            _put(form, "w:lang", **{"w:val": locale})


def _put(parent: Any, tag: str, **attributes: str) -> None:
    """An element that the library has no word for; Word wants them in the order of the schema."""
    from docx.oxml import OxmlElement

    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(_name(name), value)
    parent.insert_element_before(made, *_AFTER[tag])


def _name(prefixed: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(prefixed))


_AFTER: Final = {
    "w:bidi": (
        "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents",
        "w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment", "w:textboxTightWrap",
        "w:outlineLvl", "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange",
    ),
    "w:rtl": ("w:cs", "w:em", "w:lang", "w:eastAsianLayout", "w:specVanish", "w:oMath"),
    "w:lang": ("w:eastAsianLayout", "w:specVanish", "w:oMath"),
    "w:bidiVisual": (
        "w:tblStyleRowBandSize", "w:tblStyleColBandSize", "w:tblW", "w:jc", "w:tblCellSpacing", "w:tblInd",
        "w:tblBorders", "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook",
    ),
}  # fmt: skip
"""Element -> those that stand after it in its parent."""
