"""Template filters of every page: how values from the record are set among words of a page.

Every interpolated value goes through ``v`` or one of the ``mq_`` filters, which escape it and set it
apart from the direction of the text around it.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Final

from django import template
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.templatetags.static import static
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mithaq.web.dates import write_date, write_day, write_moment
from mithaq.web.fields import DayField, read_day
from mithaq.web.forms import FormLayout, lay_out, widget_attributes
from mithaq.web.language import direction_of
from mithaq.web.listing import Cell
from mithaq.web.numbers import write_number
from mithaq.web.pages import name_kind
from mithaq.web.records.differences import Piece
from mithaq.web.seats import tell_times
from mithaq.web.texts import LocalText, pick
from mithaq.web.words import HANDLING, StateWord, mark_word, state_word

MIRRORED: Final = frozenset(
    {
        "arrow-right",
        "arrow-left",
        "chevron-right",
        "chevron-left",
        "send",
        "send-check",
        "reply",
        "box-arrow-right",
    }
)
"""Icons that show a direction of reading: mirrored in Arabic."""

register = template.Library()


@register.filter
def v(value: object, direction: str = "") -> SafeString:
    """A value in ``<bdi>``; ``ltr`` for references, hashes, addresses and codes."""
    if isinstance(value, LocalText):
        return mq_text(value)
    if direction:
        return format_html('<bdi dir="{}">{}</bdi>', direction, value)
    return format_html("<bdi>{}</bdi>", value)


@register.filter
def mq_date(value: date | None) -> SafeString:
    """A date in words; nothing for None."""
    if value is None:
        return SafeString("")
    text = write_date(value, get_language() or "en")
    return format_html('<time datetime="{}"><bdi>{}</bdi></time>', value.isoformat(), text)


@register.filter
def mq_day(value: date | None) -> SafeString:
    """A date in figures, for the cells of tables; nothing for None."""
    if value is None:
        return SafeString("")
    return format_html('<time datetime="{}"><bdi>{}</bdi></time>', value.isoformat(), write_day(value))


@register.filter
def mq_time(value: datetime | date | None) -> SafeString:
    """An instant with its hour at each seat; a whole day as a date; nothing for None.

    ``14 avril 2025, 14:05 Rabat · 15:05 Paris``; where it is another day there, that day is named too.
    """
    if value is None:
        return SafeString("")
    if not isinstance(value, datetime):
        return mq_date(value)
    return _tell_instant(value, lambda on: write_date(on, get_language() or "en"))


@register.filter
def mq_moment(value: datetime | date | None) -> SafeString:
    """As ``mq_time``, with the date in figures: for the cells of tables."""
    if value is not None and not isinstance(value, datetime):
        return mq_day(value)
    return SafeString("") if value is None else _tell_instant(value, write_day)


@register.filter
def mq_utc(value: datetime | None) -> SafeString:
    """An instant in words, to the second, in UTC: for proofs; nothing for None."""
    if value is None:
        return SafeString("")
    at = value.astimezone(UTC)
    text = write_moment(at, get_language() or "en")
    return format_html('<time datetime="{}"><bdi>{}</bdi></time>', at.isoformat(timespec="seconds"), text)


def _tell_instant(value: datetime, write: Callable[[date], str]) -> SafeString:
    times = tell_times(value)
    first = times[0].at.date()
    hours = format_html_join(
        " · ",
        '<span class="hour"><bdi>{}</bdi> <bdi>{}</bdi>{}</span>',
        (
            (
                f"{each.at:%H:%M}",
                each.place,
                "" if each.at.date() == first else format_html(" (<bdi>{}</bdi>)", write(each.at.date())),
            )
            for each in times
        ),
    )
    at = value.astimezone(UTC).isoformat(timespec="seconds")
    return format_html(
        '<time datetime="{}"><span class="day"><bdi>{}</bdi></span> {}</time>', at, write(first), hours
    )


@register.filter
def mq_number(value: float | None) -> SafeString:
    """A number as the language writes it, in Western digits; nothing for None."""
    if value is None:
        return SafeString("")
    return format_html("<bdi>{}</bdi>", write_number(value, get_language() or "en"))


@register.filter
def mq_text(value: object, lang: str = "") -> SafeString:
    """A text by language in the reader's, else the best there is with its own ``lang`` and ``dir``."""
    text, own, is_translated = pick(value, lang or get_language() or "en")
    if is_translated or not own:
        return format_html("<bdi>{}</bdi>", text)
    return format_html('<bdi lang="{}" dir="{}">{}</bdi>', own, direction_of(own), text)


@register.filter
def mq_plain(value: object) -> str:
    """A text by language in the reader's, without any element: for the title of a page."""
    return pick(value, get_language() or "en")[0]


@register.filter
def mq_inline(value: str) -> SafeString:
    """Words inside a passage that is set apart as a whole: lines are kept, and nothing is isolated again."""
    return format_html("{}", value)


_CHANGED: Final = {
    "added": ('<ins><span class="visually-hidden" lang="{}">{} </span>{}</ins>', _("added:")),
    "deleted": ('<del><span class="visually-hidden" lang="{}">{} </span>{}</del>', _("deleted:")),
}


@register.simple_tag
def changes(pieces: Iterable[Piece]) -> SafeString:
    """A changed line, set apart as a whole by its cell. No template: a page has thousands of words."""
    lang = get_language() or "en"
    told = {change: (frame, str(word)) for change, (frame, word) in _CHANGED.items()}
    return SafeString(
        "".join(
            escape(piece.text)
            if piece.change == "same"
            else format_html(told[piece.change][0], lang, told[piece.change][1], piece.text)
            for piece in pieces
        )
    )


@register.filter
def mq_kind(value: str) -> SafeString:
    """The word for an object kind; an unknown one by its code."""
    word = name_kind(value)
    return v(word) if word is not None else v(value, "ltr")


@register.filter
def mq_handling(value: str) -> SafeString:
    """The word for a handling code; an unknown one as it is."""
    word = HANDLING.get(value)
    return v(word) if word is not None else v(value, "ltr")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; without a label it is decoration."""
    address = f"{static('vendor/bootstrap-icons/icons.svg')}#{name}"
    mirrored = " icon-mirrored" if name in MIRRORED else ""
    if label:
        return format_html(
            '<svg class="icon{}" role="img" aria-label="{}"><use href="{}"/></svg>', mirrored, label, address
        )
    return format_html('<svg class="icon{}" aria-hidden="true"><use href="{}"/></svg>', mirrored, address)


@register.simple_tag
def state(code: str) -> SafeString:
    """A state as word and icon."""
    return _tell(state_word(code), "state")


@register.simple_tag
def mark(code: str) -> SafeString:
    """A mark as word and icon; it looks unlike a state."""
    return _tell(mark_word(code), "tone-mark")


_EMPTY: Final = SafeString('<span class="muted" aria-hidden="true">—</span>')


@register.simple_tag
def cell(shown: Cell) -> SafeString:
    """A value of a list, in the way of its column. No template: a page has hundreds of them."""
    value = shown.value
    if value is None or value in ("", []):
        return _EMPTY
    match shown.column.kind:
        case "number":
            return mq_number(value)
        case "code":
            return format_html('<span class="code">{}</span>', v(value, "ltr"))
        case "date":
            return mq_day(value)
        case "time":
            return mq_moment(value)
        case "state":
            return state(value)
        case "marks":
            return format_html_join(" ", "{}", ((mark(each),) for each in value))
        case "kind":
            return mq_kind(value)
        case "parties":
            return format_html_join("", '<span class="party">{}</span>', ((mq_text(each),) for each in value))
    return mq_text(value)


def _tell(word: StateWord, kind: str) -> SafeString:
    return format_html(
        '<span class="{} tone-{}">{}<bdi>{}</bdi></span>', kind, word.tone, icon(word.icon), word.word
    )


@register.filter
def mq_layout(form: BaseForm) -> FormLayout:
    """A form in the order of its page."""
    return lay_out(form)


@register.filter
def mq_understood(field: BoundField) -> SafeString:
    """The day that stands in a date field, in words; nothing for any other field, or what is no day."""
    text = str(field.value() or "") if isinstance(field.field, DayField) and not field.errors else ""
    try:
        return mq_date(read_day(text)) if text else SafeString("")
    except ValidationError:
        return SafeString("")


@register.simple_tag
def widget(field: BoundField) -> SafeString:
    """The widget of a field with what it needs in a page of the shell."""
    return SafeString(field.as_widget(attrs=widget_attributes(field)))
