"""The route of the API that gives a text as a document to work with."""

from mithaq.web.api.call import ApiCall
from mithaq.web.api.routes import File, Route
from mithaq.web.office.document import write_document
from mithaq.web.office.libraries import DOCX_TYPE, check_can_write
from mithaq.web.pdf.api import LANG, VERSION, read_printed


def download_document(call: ApiCall) -> File:
    """A version of an instrument in two columns, as a ``docx``."""
    text = read_printed(call)
    check_can_write()
    made = write_document(call.node, text, call.query.get("lang", "en"))
    return File(made, f"{text.file_name.removesuffix('.pdf')}.docx", DOCX_TYPE)


ROUTES = (
    Route("GET", "/instruments/{id}/docx", "instrument-docx", "read", download_document, None, None,
          "A text in two columns as a document to work with, where this node makes them.",
          query=(VERSION, LANG), media_type=DOCX_TYPE),
)  # fmt: skip
