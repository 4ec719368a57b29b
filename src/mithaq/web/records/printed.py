"""A version of an instrument taken away as a PDF, or as a document to work with."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language

from mithaq.core.instruments.state import Version
from mithaq.errors import MissingError
from mithaq.web.access import policy
from mithaq.web.access.gate import check_may_leave, demand
from mithaq.web.access.protected import protect_act
from mithaq.web.access.subject import subject_of
from mithaq.web.office.document import write_document
from mithaq.web.office.libraries import DOCX_TYPE, can_write
from mithaq.web.pdf.document import PDF_TYPE, PrintedAct, PrintedText, acts_of, print_text
from mithaq.web.pdf.libraries import can_print
from mithaq.web.records.record import Record
from mithaq.web.records.rights import may_do
from mithaq.web.runtime import get_node


def is_asked_for(request: HttpRequest) -> bool:
    """Whether the page is wanted as a file."""
    return request.GET.get("format") == "pdf" or _is_document(request)


def _is_document(request: HttpRequest) -> bool:
    return request.GET.get("format") == "docx" and can_write()


def find_pdf_url(request: HttpRequest, record: Record, version: Version | None) -> str:
    """Where the PDF of a version is; empty where there is none, or not for the reader."""
    return _find_url(request, record, version, "pdf") if can_print() else ""


def find_document_url(request: HttpRequest, record: Record, version: Version | None) -> str:
    """Where the document of a version is; empty where there is none, or not for the reader."""
    return _find_url(request, record, version, "docx") if can_write() else ""


def _find_url(request: HttpRequest, record: Record, version: Version | None, suffix: str) -> str:
    if version is None or not _may_export(request, record):
        return ""
    address = reverse(f"{record.register}-text", args=[record.object_id])
    return f"{address}?format={suffix}&version={version.number}"


def _may_export(request: HttpRequest, record: Record) -> bool:
    """For the look of the page alone: nothing is shown by it."""
    allowed = policy.may(subject_of(request), "export", record.protected, "body").allowed
    return allowed and not policy.is_held_here(record.protected)


def print_record(request: HttpRequest, record: Record, version: Version | None) -> HttpResponse:
    """The PDF of a version, or its document, for who may take it away.

    Raises:
        MissingError: ``version``; it is no instrument.
        NotAllowedError: he may read it, and no more; ``no_export``.
        UnavailableError: as ``print_text`` and ``write_document``.
    """
    if version is None:
        raise MissingError("version", "There is no text to print.")
    check_may_leave(record.protected)
    demand(subject_of(request), "export", record.protected, "body")
    node = get_node()
    opener, *signings = acts_of(node, version)
    if opener.parsed.handling is not None:
        check_may_leave(protect_act(opener))
        demand(subject_of(request), "export", protect_act(opener), "body")
    acts = []
    for act in (opener, *signings):
        protected = record.protected if act.parsed.handling is None else protect_act(act)
        acts.append(PrintedAct(act, may_do(request, "export", protected, "body")))
    text = PrintedText(
        record.object_id, record.object_kind, dict(record.title), record.reference, version, acts
    )
    lang = get_language() or "en"
    if _is_document(request):
        made, media = write_document(node, text, lang), DOCX_TYPE
        name = f"{text.file_name.removesuffix('.pdf')}.docx"
    else:
        made, media, name = print_text(node, text, lang), PDF_TYPE, text.file_name
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(made, content_type=media, headers=headers)
