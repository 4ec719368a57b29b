"""Template filters of every page: how values from the record are set among words of a page.

Every interpolated value goes through ``v`` or one of the ``mq_`` filters, which escape it and set it
apart from the direction of the text around it.
"""

from datetime import UTC, date, datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from mithaq.web.dates import write_date, write_moment

register = template.Library()


@register.filter
def v(value: object, direction: str = "") -> SafeString:
    """A value in ``<bdi>``; ``ltr`` for references, hashes, addresses and codes."""
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
def mq_time(value: datetime | None) -> SafeString:
    """An instant in words, to the second, in UTC; nothing for None."""
    if value is None:
        return SafeString("")
    at = value.astimezone(UTC)
    text = write_moment(at, get_language() or "en")
    return format_html('<time datetime="{}"><bdi>{}</bdi></time>', at.isoformat(timespec="seconds"), text)
