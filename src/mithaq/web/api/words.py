"""Words of problems that only programs meet; all others are those of the pages."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from mithaq.errors import MithaqError
from mithaq.web.problems import ProblemWords, words_for

_NOTHING_STORED: Final = _("Nothing was stored and nothing was sent.")
_NOTHING_CHANGED: Final = _("Nothing was changed.")

WORDS: Final[Mapping[str, ProblemWords]] = {
    "not_signed_in": ProblemWords(
        _("The request carries no token that is good here."),
        _NOTHING_CHANGED,
        _("Send the header Authorization: Bearer with a token. Tokens are made in the account pages."),
    ),
    "token_verb": ProblemWords(
        _("The token was not made for this kind of request."),
        _NOTHING_CHANGED,
        _("Make a token with that right in the account pages."),
    ),
    "token_register": ProblemWords(
        _("The token was not made for this register."),
        _NOTHING_CHANGED,
        _("Make a token for that register in the account pages."),
    ),
    "too_many_requests": ProblemWords(
        _("There were too many requests in a second."),
        _NOTHING_STORED,
        _("Wait as long as Retry-After says, then send the request again."),
    ),
    "invalid_input": ProblemWords(
        _("The input was read, but some of its fields are not what this address takes."),
        _NOTHING_STORED,
        _("Correct the fields that the list of errors names, and send it again."),
    ),
    "precondition_required": ProblemWords(
        _("A change must say which state of the draft it was made from."),
        _NOTHING_CHANGED,
        _("Read the draft, then send the change with its ETag in If-Match."),
    ),
    "precondition_failed": ProblemWords(
        _("The draft has changed since it was read."),
        _NOTHING_CHANGED,
        _("Read it again, make the change anew and send it with the new ETag."),
    ),
    "idempotency_key_reused": ProblemWords(
        _("This Idempotency-Key came before with another request."),
        _("The first request stands; this one was not carried out."),
        _("Use a new key for a new request."),
    ),
    "idempotency_busy": ProblemWords(
        _("The first request with this Idempotency-Key is still being answered."),
        _("It is carried out once."),
        _("Wait a little and send the same request again to get its answer."),
    ),
    "media_type": ProblemWords(
        _("The body is not of a kind that this address takes."),
        _NOTHING_STORED,
        _("Send JSON, with Content-Type: application/json."),
    ),
    "cursor": ProblemWords(
        _("The cursor is not one of this list."),
        _NOTHING_CHANGED,
        _("Take the cursor from the answer before, or begin without one."),
    ),
}


def words_of(error: MithaqError) -> ProblemWords:
    """The three parts for an error."""
    return WORDS.get(error.code) or words_for(error)
