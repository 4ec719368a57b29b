"""A mail a day to who wants it and for whom something waits: counts and a link, in his language."""

import logging
from datetime import date
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from mithaq.node.node import Node
from mithaq.web.digest.models import MailChoice
from mithaq.web.digest.waiting import Waiting, count_waiting
from mithaq.web.language import LANGUAGES

log = logging.getLogger("mithaq.digest")

MOST_AT_ONCE: Final = 200


def send_due_mails(node: Node) -> int:
    """Send the mails of the day that were not sent yet; how many went."""
    now, hour = node.clock.now(), settings.MITHAQ_MAIL_HOUR
    if hour is None or now.hour < hour:
        return 0
    today = now.date()
    unsent = MailChoice.objects.filter(Q(sent_on__isnull=True) | Q(sent_on__lt=today), user__is_active=True)
    return sum(_send(choice, today) for choice in unsent.select_related("user")[:MOST_AT_ONCE])


def _send(choice: MailChoice, today: date) -> bool:
    """One mail. The day is noted first: a crash sends none twice; after a failure the day is free again."""
    before = choice.sent_on
    if not MailChoice.objects.filter(pk=choice.pk, sent_on=before).update(sent_on=today):
        return False
    waiting = count_waiting(choice.user)
    if not waiting.is_something:
        return False
    try:
        write_mail(choice.user.language, choice.address, waiting).send()
    except OSError as error:
        log.warning("a mail could not be sent: %s", type(error).__name__)
        MailChoice.objects.filter(pk=choice.pk, sent_on=today).update(sent_on=before)
        return False
    return True


def write_mail(lang: str, address: str, waiting: Waiting) -> EmailMessage:
    """The mail: no title, no name, no text of any record."""
    lang = lang if lang in LANGUAGES else "en"
    base = str(settings.MITHAQ_BASE_URL).rstrip("/")
    with translation.override(lang):
        lines = [_("Something waits for you in the workspace."), ""]
        for words, count in (
            (_("Due by this side:"), waiting.due),
            (_("For you to release:"), waiting.to_release),
            (_("To be signed by this side:"), waiting.to_sign),
        ):
            if count:
                lines.append(f"{words} {count}")
        lines += ["", f"{base}/{lang}/", "", _("You chose this mail under My account, and can end it there.")]
        return EmailMessage(_("Something waits for you"), "\n".join(lines), to=[address])
