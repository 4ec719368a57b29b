"""Cards for other programs: JSContact, vCard, Popolo."""

from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from mithaq.errors import MissingError
from mithaq.registers.directory.exchange import write_jscontact, write_popolo, write_vcard
from mithaq.registers.directory.models import Card
from mithaq.registers.directory.reading.contacts import make_contact, make_popolo
from mithaq.registers.directory.views import desk
from mithaq.web.access.gate import demand
from mithaq.web.access.protected import protect_local
from mithaq.web.access.subject import subject_of
from mithaq.web.records.record import load_record
from mithaq.web.view import workspace_page

FORMS = {"json": "application/jscontact+json", "vcf": "text/vcard; charset=utf-8"}


@workspace_page(verb="export")
def download_contact(request: HttpRequest, object_id: UUID, form: str) -> HttpResponseBase:
    """One card as JSContact (``json``) or vCard (``vcf``)."""
    record = load_record(request, str(object_id), "directory", verb="export")
    row = Card.objects.filter(pk=record.object_id).first()
    if row is None or form not in FORMS:
        raise MissingError("contact", "There is no such form of this card.")
    contact = make_contact(desk.scope_of(request), row, desk.today(request))
    data = orjson.dumps(write_jscontact(contact)) if form == "json" else write_vcard(contact)
    return _file(data, FORMS[form], f"{row.card_id}.{form}")


@workspace_page(verb="export")
def download_popolo(request: HttpRequest) -> HttpResponseBase:
    """The whole directory as Popolo JSON, in the language of the page."""
    demand(subject_of(request), "export", protect_local())
    found = write_popolo(make_popolo(desk.scope_of(request), desk.language()))
    return _file(orjson.dumps(found), "application/json", "popolo.json")


def _file(data: bytes, media: str, name: str) -> HttpResponse:
    return HttpResponse(
        data, content_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
