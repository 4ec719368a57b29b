"""Words of this register for its codes, in the catalogues of three languages."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CARDS: Final[Mapping[str, Promise]] = {
    "organisation": _("Organisation"),
    "post": _("Post"),
    "holding": _("Holding of a post"),
    "person": _("Person"),
    "duty": _("Duty watch"),
    "key": _("Key of a post"),
    "proxy": _("Proxy"),
}
ROLES: Final[Mapping[str, Promise]] = {
    "minister": _("Minister"),
    "director_general": _("Director general"),
    "head": _("Head of service"),
    "spoc": _("Single point of contact"),
    "duty": _("Duty officer"),
    "liaison": _("Liaison officer"),
    "releaser": _("Releasing officer"),
    "secretary": _("Secretary"),
    "co_chair": _("Co-chair"),
    "legal": _("Legal adviser"),
    "translator": _("Translator"),
    "statistician": _("Statistician"),
    "data_protection": _("Data protection officer"),
    "other": _("Other role"),
}
CONTACTS: Final[Mapping[str, Promise]] = {
    "phone": _("Telephone"),
    "mobile": _("Mobile telephone"),
    "fax": _("Fax"),
    "email": _("E-mail"),
    "address": _("Address"),
    "radio": _("Radio"),
    "other": _("Other way"),
}
NAME_KINDS: Final[Mapping[str, Promise]] = {
    "official": _("Official"),
    "alias": _("Also written"),
    "old": _("Former name"),
    "seen_in_press": _("Seen in the press"),
}
ENTITY_TYPES: Final[Mapping[str, Promise]] = {
    "person": _("Person"),
    "body": _("Body"),
    "place": _("Place"),
}
LANGUAGES: Final[Mapping[str, Promise]] = {
    "ar": _("Arabic"),
    "fr": _("French"),
    "en": _("English"),
    "es": _("Spanish"),
    "zgh": _("Amazigh"),
}
KINDS: Final[Mapping[str, Promise]] = {
    "instrument.sign": _("Sign a text"),
    "instrument.withdraw": _("Withdraw a text"),
    "instrument.notify": _("Notify that the internal procedure is done"),
    "instrument.suspend": _("Suspend a text"),
    "instrument.resume": _("Resume a text"),
    "instrument.denounce": _("Denounce a text"),
    "instrument.supersede": _("Replace a text"),
}
STANDINGS: Final[Mapping[str, tuple[Promise, str]]] = {
    "holder": (_("By the holder of that day"), "ok"),
    "proxy": (_("By proxy"), "info"),
    "no_holder": (_("The directory names no holder for that day"), "warn"),
    "other_person": (_("By another person than the holder of that day, without a proxy"), "late"),
    "unknown_post": (_("The directory has no card of that post"), "warn"),
}
REASONS: Final[Mapping[str, Promise]] = {
    "same": _("the same sound"),
    "vowel": _("a vowel that the scripts write differently, or not at all"),
    "semivowel": _("waw or ya, written as a vowel in the other script or left out"),
    "h": _("a weak h, often left out"),
    "free": _("ayn or hamza, for which the other script has no letter"),
    "nasal": _("a last n that is only heard in the vowel"),
    "confusable": _("two sounds that are taken for each other"),
    "other": _("another sound"),
    "number": _("another number of a ruler"),
    "word": _("a word that the other spelling does not have"),
    "surname": _("the surname alone"),
    "clitic": _("a particle written with the first word"),
}
DECISIONS: Final[Mapping[str, Promise]] = {
    "alias.added": _("Added by hand"),
    "alias.confirmed": _("Confirmed"),
    "alias.rejected": _("Rejected"),
}
WARNINGS: Final[Mapping[str, Promise]] = {
    "no_successor": _("The end lies ahead and nobody is named to follow. After that day the post is empty."),
    "look_alike": _("A name looks like that of another card, though it is written differently."),
    "unknown_post": _("There is no card of this post on our side yet."),
    "unknown_person": _("There is no card of this person on our side yet."),
    "unknown_organisation": _("There is no card of this organisation on our side yet."),
}
ERRORS: Final[Mapping[str, Promise]] = {
    "card_id": _("A reference is made of small Latin letters, digits, full stops, hyphens and low lines."),
    "card_code": _("A code is made of Latin letters, digits and low lines."),
    "card_names": _("At least one spelling is needed."),
    "card_label": _("The name is needed in Arabic and in French."),
    "card_date": _("A date is missing or is no day of the calendar."),
    "card_dates": _("The end lies before the beginning."),
    "card_time": _("A day and an hour are needed."),
    "card_zone": _("A time zone is given by its name, never by hours."),
    "card_seat": _("A seat needs its place and its time zone."),
    "card_contact": _("A way to be reached needs its kind and its value."),
    "card_list": _("A list is empty, too long, or has something twice."),
    "card_text": _("A text is too long."),
    "card_parent": _("An organisation does not stand above itself."),
    "card_fingerprint": _("A fingerprint has 64 characters, digits and the letters a to f."),
    "card_twice": _("Another card of our side has this name. Replace that one, or give another name."),
    "card_look_alike": _("This looks like another card of our side. Choose what nobody can take for it."),
    "name_empty": _("A name has at least one letter."),
    "name_length": _("A name has at most 200 characters."),
    "name_form": _("A name stands without spaces around it."),
    "name_character": _("A name holds a sign that may not be sent: hidden, lengthening or full-width."),
    "name_letter": _("A letter only looks like an Arabic one as written here: use ي, ك or ه."),
    "name_script": _("A word of a name mixes two scripts."),
    "entity_id": _("A reference is made of small Latin letters, digits, full stops, hyphens and low lines."),
    "entity_type": _("Choose a person, a body or a place."),
    "alias_reason": _("A reason has at most 500 characters."),
    "decision_missing": _("There is no such decision here."),
    "decision_reversed": _("That decision was taken back already."),
}  # fmt: skip


def error_word(code: str) -> Promise | str:
    """Words for the code of an error of this register; the code itself where there are none."""
    return ERRORS.get(code, code)
