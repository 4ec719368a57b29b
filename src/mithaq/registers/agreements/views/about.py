"""What a page is about, once the policy has let the reader in."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mithaq.core.instruments.lines import is_line_name
from mithaq.errors import MissingError
from mithaq.registers.agreements.reading.texts import AgreementView, view_agreement
from mithaq.registers.agreements.rules.articles import number_of
from mithaq.registers.agreements.rules.kinds import NAME, TEXT_KINDS
from mithaq.web.access.gate import demand, may
from mithaq.web.access.protected import protect_local, protect_objects
from mithaq.web.access.subject import subject_of
from mithaq.web.parties import label_posts
from mithaq.web.records.record import NOTHING_HERE, Record, load_record
from mithaq.web.runtime import get_node
from mithaq.web.texts import pick
from mithaq.web.two_columns import ARABIC_ORDINALS

ARTICLE: Final = _("Article %(number)s")


def language() -> str:
    """Of the page."""
    return get_language() or "en"


def name_number(eid: str) -> str:
    """The number of an article in the language of the page: ``5 bis``, and in Arabic the word for it."""
    number = number_of(eid)
    first, _between, word = number.partition(" ")
    return f"{first} {ARABIC_ORDINALS[word]}" if language() == "ar" and word in ARABIC_ORDINALS else number


def name_article(article: Mapping[str, Any]) -> str:
    """An article as a choice: its number, and its heading where it has one in the language of the page."""
    heading, _lang, is_own = pick(article.get("heading"), language())
    name = str(ARTICLE) % {"number": name_number(str(article.get("eid", "")))}
    return f"{name} · {heading}" if heading and is_own else name


def name_scope(name: str) -> str:
    """What stands in the scope of a suspension: an article by its number, a part by its name."""
    if not is_line_name(name):
        return name
    return str(ARTICLE) % {"number": name_number(name.removeprefix("#"))}


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
    found: Mapping[str, str] | str = label_posts(get_node(), [(administration, post)])[administration, post]
    return found
