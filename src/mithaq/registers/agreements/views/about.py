"""What a page is about, once the policy has let the reader in."""

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.translation import get_language

from mithaq.errors import MissingError
from mithaq.registers.agreements.reading.texts import AgreementView, view_agreement
from mithaq.registers.agreements.rules.articles import number_of
from mithaq.registers.agreements.rules.kinds import NAME, TEXT_KINDS
from mithaq.web.access.gate import demand, may
from mithaq.web.access.protected import protect_local, protect_objects
from mithaq.web.access.subject import subject_of
from mithaq.web.records.record import NOTHING_HERE, Record, load_record
from mithaq.web.runtime import get_node
from mithaq.web.two_columns import ARABIC_ORDINALS


def language() -> str:
    """Of the page."""
    return get_language() or "en"


def name_number(eid: str) -> str:
    """The number of an article in the language of the page: ``5 bis``, and in Arabic the word for it."""
    number = number_of(eid)
    first, _separator, word = number.partition(" ")
    return f"{first} {ARABIC_ORDINALS[word]}" if language() == "ar" and word in ARABIC_ORDINALS else number


def open_record(request: HttpRequest, object_id: str) -> Record:
    """A record of this register that the reader may read.

    Raises:
        MissingError: ``not_found``. NotAllowedError: as the policy says.
    """
    return load_record(request, object_id, NAME)


def open_text(request: HttpRequest, object_id: str) -> tuple[Record, AgreementView]:
    """A text that the reader may read.

    Raises:
        MissingError: ``not_found``. NotAllowedError: as the policy says.
    """
    record = open_record(request, object_id)
    return record, text_of(record)


def text_of(record: Record) -> AgreementView:
    """The text of a record.

    Raises:
        MissingError: ``not_found``; it is no text.
    """
    if record.object_kind not in TEXT_KINDS or record.instrument is None:
        raise MissingError("not_found", NOTHING_HERE)
    return view_agreement(get_node(), record.first, record.instrument)


def may_draft(request: HttpRequest) -> bool:
    """Whether buttons that begin something are shown."""
    return may(subject_of(request), "draft", protect_local()).allowed


def demand_draft(request: HttpRequest, code: str = "green") -> None:
    """That the reader may keep something of this node alone, handled by a code.

    Raises:
        NotAllowedError: as the policy says.
    """
    demand(subject_of(request), "draft", protect_local(code))


def may_read(request: HttpRequest, ids: list[str]) -> dict[str, bool]:
    """Id -> whether the reader may read that record."""
    if not ids:
        return {}
    subject = subject_of(request)
    guarded = zip(ids, protect_objects(ids), strict=True)
    return {each: may(subject, "read", protected).allowed for each, protected in guarded}


def post_label(administration: str, post: str) -> Mapping[str, str] | str:
    """A post by language; its id when there is no card of it."""
    who = get_node().registry.who
    return (who.label_of(administration, post) if who is not None else {}) or post
