"""Words for what leaves: the kind of act, and the one button that names it."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.core.acts.kinds import Kind
from mithaq.web.outgoing.models import OutgoingDraft

KINDS: Final[Mapping[str, Promise]] = {
    Kind.NOTE_SEND: _("New note"),
    Kind.NOTE_READ: _("Acknowledgement of reading"),
    Kind.NOTE_ACCEPT: _("Acceptance"),
    Kind.NOTE_CLARIFY: _("Request for clarification"),
    Kind.NOTE_EXPLAIN: _("Explanation"),
    Kind.NOTE_ANSWER: _("Answer"),
    Kind.NOTE_REFUSE: _("Refusal"),
    Kind.NOTE_EXTEND: _("Extension of the deadline"),
    Kind.NOTE_WITHDRAW: _("Withdrawal"),
    Kind.NOTE_CORRECT: _("Correction"),
    Kind.NOTE_CLOSE: _("Closing"),
    Kind.INSTRUMENT_PROPOSE: _("Proposal of a text"),
    Kind.INSTRUMENT_COUNTER: _("New version of a text"),
    Kind.INSTRUMENT_SIGN: _("Signing"),
    Kind.INSTRUMENT_DECLINE: _("Refusal to sign"),
    Kind.INSTRUMENT_WITHDRAW: _("Withdrawal"),
    Kind.INSTRUMENT_NOTIFY: _("Notification of completed procedures"),
    Kind.INSTRUMENT_SUSPEND: _("Suspension"),
    Kind.INSTRUMENT_RESUME: _("Resumption"),
    Kind.INSTRUMENT_DENOUNCE: _("Denunciation"),
    Kind.INSTRUMENT_SUPERSEDE: _("Replacement by a new text"),
    Kind.RELEASE: _("Later disclosure"),
}


FIELDS: Final[Mapping[str, Promise]] = {
    "subject": _("Subject"),
    "handling.code": _("Handling code"),
    "handling.caveats": _("Caveats"),
    "handling.purpose": _("Purpose"),
    "lang": _("Languages of the texts"),
    "priority": _("Priority"),
    "expects": _("What is waited for"),
    "author_post": _("Post that drafted it"),
    "object_kind": _("Kind"),
    "object_v": _("Version of the kind"),
    "object": _("Record it belongs to"),
    "dossier": _("Dossier"),
    "class": _("Class"),
    "reason": _("Reason"),
    "text": _("Text"),
    "questions": _("Question"),
    "answers": _("Answer"),
    "scope": _("Articles that are suspended"),
    "readers": _("Readers"),
    "visibility": _("Visibility"),
    "emergency.reason": _("Reason of the emergency"),
    "content_hash": _("Content hash"),
    "version": _("Version"),
    "manifest.v": _("Version of the format"),
    "manifest.object": _("Record it belongs to"),
    "manifest.object_kind": _("Kind"),
    "manifest.object_v": _("Version of the kind"),
    "manifest.version": _("Version"),
    "manifest.previous": _("Hash of the previous version"),
    "manifest.data": _("Content of the text"),
    "manifest.data.title": _("Title"),
    "manifest.data.legal_nature": _("Nature"),
    "manifest.data.authentic_languages": _("Authentic languages"),
    "manifest.data.prevailing_language": _("Prevailing language"),
    "manifest.data.fields": _("Fields of cooperation"),
    "manifest.data.basis": _("Basis"),
    "manifest.data.concordance": _("Languages compared"),
    "manifest.data.author_post": _("Post that drafted it"),
    "manifest.data.visibility": _("Visibility"),
    "manifest.data.review_every_months": _("Months between two reviews"),
    "manifest.signatories": _("Signatories"),
    "manifest.effect": _("Entry into force"),
    "manifest.effect.rule": _("Rule of entry into force"),
    "manifest.effect.n": _("Number in the rule"),
    "manifest.effect.notifications": _("Who notifies"),
    "manifest.effect.offset": _("Offset of the clock that counts the days"),
    "manifest.effect.suspension": _("How it can be suspended"),
    "manifest.effect.denunciation_months": _("Notice of denunciation, in months"),
    "manifest.parts": _("Parts of the text"),
    "refs": _("References"),
    "clock": _("Procedure of the deadline"),
    "plan": _("Review campaign"),
    "agreement": _("Agreement"),
    "opinion": _("Opinion of one side"),
    "articles": _("Articles concerned"),
    "sealed": _("Closed until all sides have deposited"),
    "line": _("Roadmap line"),
    "percent": _("Done, in per cent"),
    "milestones_done": _("Milestones that are done"),
    "evidence": _("Supporting evidence"),
    "final": _("Last answer"),
    "result": _("Result"),
    "outcome": _("Outcome"),
    "ground": _("Ground"),
    "level": _("Level"),
    "host": _("Host"),
    "place": _("Place"),
    "tzid": _("Time zone"),
    "starts_local": _("Start, on the clock there"),
    "ends_local": _("End, on the clock there"),
    "starts_at": _("Start, as an instant"),
    "ends_at": _("End, as an instant"),
    "sessions": _("Sessions of the meeting"),
    "delegations": _("Delegations"),
    "programme": _("Programme of the visit"),
    "agenda": _("Agenda"),
    "basis": _("Basis"),
    "fields": _("Fields of cooperation"),
    "follows": _("Follows the meeting"),
    "body": _("Joint body"),
    "no": _("Number"),
    "meeting": _("Meeting"),
    "item": _("Item of the agenda"),
    "instrument": _("Text it is about"),
    "concordance": _("Languages compared"),
    "raised_by": _("Raised by"),
    "owner": _("Owner"),
    "due_on": _("Due on"),
    "escalated_to": _("Raised to the level"),
    "embargo_until_at": _("Embargo until"),
    "card": _("Kind of card"),
    "id": _("Reference"),
    "names": _("Names"),
    "label": _("Name of the post"),
    "organisation": _("Organisation"),
    "role_code": _("Role"),
    "contact_details": _("Ways to be reached"),
    "hours": _("Hours"),
    "always_on": _("Answers at all hours"),
    "parent": _("Stands under"),
    "seat": _("Seat"),
    "post": _("Post"),
    "person": _("Person"),
    "acting": _("Acting"),
    "languages": _("Languages"),
    "from_on": _("Valid from"),
    "to_on": _("Until, that day included"),
    "revoked_on": _("Taken back from"),
    "from_at": _("On duty from"),
    "until_at": _("On duty until"),
    "phone": _("Telephone on duty"),
    "backup": _("Who is called if nobody answers"),
    "fingerprint": _("Fingerprint"),
    "for_kinds": _("For these acts"),
    "publisher": _("Publisher"),
    "published_on": _("Published on"),
    "language": _("Language"),
    "url": _("Address"),
}
"""Words for places in an act, by the longest beginning that is here."""

RESULTS: Final[Mapping[str, Promise]] = {
    "applied": _("received and taken in"),
    "pending": _("received, attachments still on their way"),
    "unknown": _("received, of a kind its node does not know"),
    "unusable": _("received, and it could not be used"),
}


def word_for_field(path: str) -> Promise | str:
    """What stands at a place in an act; empty where no word is known."""
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        found = FIELDS.get(".".join(parts[:length]))
        if found is not None:
            return found
    return ""


def word_for(kind: str) -> Promise | str:
    """What an act of a kind is."""
    return KINDS.get(kind, kind)


def button_for(draft: OutgoingDraft, names: Sequence[str] = ()) -> str:
    """The button: what it does, and to whom."""
    to = str(_(", ")).join(names)
    if draft.kind == Kind.INSTRUMENT_SIGN:
        return str(_("Sign, and send to %(to)s")) % {"to": to}
    if not to:
        return str(_("Put it into the record, for this administration alone"))
    if draft.two_persons:
        return str(_("Release to %(to)s")) % {"to": to}
    return str(_("Send to %(to)s")) % {"to": to}
