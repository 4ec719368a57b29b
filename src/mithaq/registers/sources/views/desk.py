"""What every page of this register needs. Sources are of this node alone until somebody releases them."""

import re
from datetime import date
from typing import Final

from django.http import HttpRequest
from django.utils.translation import get_language

from mithaq.errors import MissingError
from mithaq.node.append.submit import Author
from mithaq.registers.sources.models import Source
from mithaq.web.access.gate import demand, may
from mithaq.web.access.protected import protect_local
from mithaq.web.access.subject import subject_of
from mithaq.web.dates import write_date, write_month
from mithaq.web.outgoing.drafts import writer_of

ISO_DAY: Final = 10
ISO_MONTH: Final = 7
_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)


def language() -> str:
    """Of the page."""
    return get_language() or "en"


def in_words(edtf: str) -> str:
    """A date in words of the page, exactly as much of it as is known."""
    if len(edtf) == ISO_DAY:
        return write_date(date.fromisoformat(edtf), language())
    if len(edtf) == ISO_MONTH:
        return write_month(date.fromisoformat(f"{edtf}-01"), language())
    return edtf


def demand_reader(request: HttpRequest) -> None:
    """That the reader may see what this node keeps of public texts.

    Raises:
        MissingError, NotAllowedError: as the policy says.
    """
    demand(subject_of(request), "read", protect_local())


def may_draft(request: HttpRequest) -> bool:
    """Whether buttons that change something are shown."""
    return may(subject_of(request), "draft", protect_local()).allowed


def author_of(request: HttpRequest) -> Author:
    """The post that acts, when it may write on this node.

    Raises:
        NotAllowedError: as the policy says.
    """
    demand(subject_of(request), "draft", protect_local())
    return writer_of(request).author()


def open_source(request: HttpRequest, source_id: str) -> Source:
    """The source at an address, if the reader may see it.

    Raises:
        MissingError: ``not_found``. NotAllowedError: as the policy says.
    """
    demand_reader(request)
    row = Source.objects.filter(source_id=source_id).first() if _ID.fullmatch(source_id) else None
    if row is None:
        raise MissingError("not_found", "There is nothing at this address.")
    return row
