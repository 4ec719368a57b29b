"""Verbs and decisions of the access log in words."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.web.access.table import Verb

VERBS: Final[Mapping[str, Promise]] = {
    Verb.LIST: _("list with titles"),
    Verb.READ: _("reading"),
    Verb.SEARCH: _("search hit"),
    Verb.EXPORT: _("taking away"),
    Verb.PRINT: _("printing"),
    Verb.DRAFT: _("drafting"),
    Verb.REPLY: _("answering"),
    Verb.WITHDRAW: _("withdrawal"),
    Verb.RELEASE: _("release"),
    Verb.SIGN: _("signature"),
    Verb.GRANT_ROLE: _("roles and accounts"),
    Verb.ROTATE_KEY: _("keys"),
    Verb.ERASE: _("erasure"),
    Verb.HOLD: _("hold"),
    Verb.RESTRICT: _("restriction"),
    Verb.AUDIT: _("audit"),
}
DECISIONS: Final[Mapping[str, Promise]] = {
    "allowed": _("Allowed"),
    "no_role": _("Refused: no role for it"),
    "own_draft": _("Refused: own draft"),
    "not_released_to_us": _("Refused: not released to this side"),
    "not_a_reader": _("Refused: not among its readers"),
    "above_clearance": _("Refused: above the clearance"),
    "caveat_not_held": _("Refused: a caveat is not held"),
    "other_purpose": _("Refused: another purpose"),
    "restricted": _("Refused: restricted"),
    "no_right_to_persons": _("Refused: no right to data on persons"),
    "two_persons": _("Refused: the same person twice"),
    "not_released": _("Refused: not released to that side"),
    "sealed_reads": _("Refused: too much that is sealed within an hour"),
    "exports": _("Refused: too much taken away in a day"),
    "token_verb": _("Refused: the token is not made for it"),
    "token_register": _("Refused: the token is not for that register"),
}
REFUSED: Final = _("Refused")
WAYS: Final[Mapping[str, Promise]] = {
    "page": _("page"),
    "file": _("file of a list"),
    "api": _("program"),
    "feed": _("calendar"),
    "command": _("command line"),
    "partner": _("partner"),
    "inside": _("node"),
}
PROBLEMS: Final[Mapping[str, Promise]] = {
    "changed": _("A row says something else than when it was written."),
    "missing": _("A row is missing."),
    "cut": _("The last rows are missing."),
    "not_chained": _("A row does not follow the one before it."),
    "other_head": _("The log of acts tells another hash of a row than the access log."),
}
