"""Names of what a text of this register can be, and words for what rules and the record refuse."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.core.instruments.effect import Rule
from mithaq.core.instruments.next_step import Step
from mithaq.registers.agreements.rules import kinds
from mithaq.web.outgoing.forms import WORDS as COMMAND_WORDS

KIND_WORDS: Final = (
    (kinds.AGREEMENT, _("Agreement")),
    (kinds.FRAMEWORK, _("Framework agreement")),
    (kinds.EXCHANGE_OF_NOTES, _("Exchange of notes")),
    (kinds.TERMS_OF_REFERENCE, _("Terms of reference")),
    (kinds.SCOPE_DECISION, _("Decision on scope")),
)
"""Kinds of a new text; an amendment starts from the text that it amends."""

NATURE_WORDS: Final = (
    ("treaty", _("Treaty")),
    ("administrative_arrangement", _("Administrative arrangement")),
    ("framework", _("Framework agreement")),
    ("exchange_of_notes", _("Exchange of notes")),
    ("declaration_of_intent", _("Declaration of intent")),
    ("terms_of_reference", _("Terms of reference")),
)
RULE_WORDS: Final = (
    (Rule.ON_SIGNATURE.value, _("On signature")),
    (Rule.ON_DATE.value, _("On a given day")),
    (Rule.ON_EXCHANGE_OF_INSTRUMENTS.value, _("On receipt of the last notification")),
    (Rule.N_DAYS_AFTER_LAST_NOTIFICATION.value, _("A number of days after the last notification")),
    (
        Rule.FIRST_DAY_OF_NTH_MONTH_AFTER_LAST_NOTIFICATION.value,
        _("First day of the n-th month after the last notification"),
    ),
    (Rule.SAME_AS.value, _("On the day another text enters into force")),
)
MONTH_RULE_WORDS: Final[Mapping[int, Promise]] = {
    1: _("First day of the first month after the last notification"),
    2: _("First day of the second month after the last notification"),
    3: _("First day of the third month after the last notification"),
    4: _("First day of the fourth month after the last notification"),
    6: _("First day of the sixth month after the last notification"),
}
"""The months that texts use; others are told by their number."""

STEP_WORDS: Final[Mapping[str, Promise]] = {
    Step.SIGNING: _("Signature"),
    Step.NOTIFICATION: _("Notification that the internal procedure is done"),
    Step.OTHER_TEXT: _("Entry into force of another text"),
    Step.PROVISIONAL: _("Provisional application"),
    Step.ENTRY_INTO_FORCE: _("Entry into force"),
    Step.SUSPENSION: _("Suspension"),
    Step.RESUMPTION: _("Resumption"),
    Step.OBJECTION: _("Last day to object to renewal"),
    Step.RENEWAL: _("Tacit renewal"),
    Step.LEAVING: _("A party leaves"),
    Step.REPLACEMENT: _("Another text takes its place"),
    Step.END: _("End"),
    Step.REVIEW: _("Review"),
}
RELATION_WORDS: Final[Mapping[str, Promise]] = {
    "parent": _("belongs under it"),
    "member": _("lists it as a member"),
    "amends": _("amends it"),
    "related": _("names it as related"),
    "basis": _("rests on it"),
    "rests": _("rests on it"),
    "same_as": _("enters into force with it"),
    "supersedes": _("takes its place"),
}
PURPOSE_WORDS: Final[Mapping[str, Promise]] = {
    "new": _("New text"),
    "counter": _("Counter-proposal"),
    "revise": _("New version"),
    "correct": _("Correction of an error"),
    "amend": _("Amendment"),
}
AMENDMENT_RULE_WORDS: Final = (
    ("written_consent", _("By written consent")),
    ("exchange_of_notes", _("By exchange of notes")),
)
SUSPENSION_WORDS: Final = (
    ("unilateral", _("By notice of one party")),
    ("joint", _("By notices of all parties")),
)
LANGUAGE_WORDS: Final = (
    ("ar", _("Arabic")),
    ("fr", _("French")),
    ("en", _("English")),
    ("es", _("Spanish")),
    ("pt", _("Portuguese")),
)
REGISTER_WORDS: Final = (
    ("meetings", _("Meetings")),
    ("roadmap", _("Roadmap")),
    ("requests", _("Requests and information")),
    ("reference", _("Procedures and statistics")),
    ("threats", _("Threats")),
    ("protection", _("Civil protection")),
    ("events", _("Major events")),
    ("training", _("Training and expertise")),
    ("sources", _("Public texts")),
)
CODES: Final = (("green", _("Green")), ("clear", _("Clear")), ("amber", _("Amber")))

WORDS: Final[Mapping[str, Promise]] = {
    **{code: COMMAND_WORDS[code] for code in ("name_character", "name_letter", "name_script")},
    "no_entry_into_force_rule": _(
        "No rule of entry into force is chosen. Without one the text can neither be put forward nor signed."
    ),
    "translation_missing": _(
        "An article, a paragraph of one, or the title is missing in one of the languages. "
        "It cannot be signed so."
    ),
    "translation_stale": _(
        "An article has changed since it was translated. A translator has to look at it first."
    ),
    "concordance_missing": _("A translator of each side has yet to compare both languages."),
    "own_proposal": _("Your side proposed this version: withdraw it first, or wait for the other side."),
    "newer_version": _(
        "The other side has put forward a newer version. Your draft is kept: lay it over that version first."
    ),
    "annulled": _("This version was withdrawn, declined or countered meanwhile. It is not signed any more."),
    "already_signed": _("Your side has signed this version."),
    "out_of_state": _("This cannot be done with the text as it stands, or not by your post."),
    "wrong_post": _("Another post than yours is named to sign this text."),
    "not_signed": _("This version is not signed by all."),
    "not_in_force": _("This version is not in force."),
    "ended": _("This version has ended."),
    "unknown_part": _("The text has no such article to suspend."),
    "not_suspended": _("Your side has suspended nothing here."),
    "already_notified": _("Your side has notified already."),
    "already_denounced": _("Your side has given this notice already."),
    "not_asked": _("The text asks for no such notice from your side."),
    "not_party": _("Your side is no party to the text any more."),
    "not_signatory": _("Your side does not sign this text."),
    "nothing_to_withdraw": _("Your side has nothing here to withdraw."),
    "version_mismatch": _("This is not the version that was shown to you."),
    "no_articles": _("The text has no article yet."),
    "agreement_basis": _(
        "Nothing is named that the text rests on. Name its basis among its terms, or the text that it belongs"
        " under."
    ),
    "nothing_changed": _("Nothing differs from the version that this draft starts from."),
    "agreement_text": _("A text is longer than it may be."),
    "agreement_choice": _("A value is none of those that there are."),
    "agreement_number": _("A number is too small or too large."),
    "agreement_date": _("A day cannot be read, or is missing."),
    "agreement_party": _("An administration or a post is not written as the directory writes it."),
    "agreement_reference": _("A record that is named here does not exist in that form."),
    "agreement_list": _("A list is too long, or empty where it needs a line."),
    "agreement_article": _("An article has no number of its own."),
    "agreement_change": _("A change names an article that it cannot change."),
    "agreement_amends": _("An amendment names the text that it amends."),
    "agreement_scope": _("A decision on scope names the registers that it opens."),
    "draft_changed": _("Somebody else has saved this draft meanwhile. Look at it again."),
    "recipient": _("An administration is named that is not on the roster of this node."),
    "bad_member": _("A value does not fit the rule of entry into force or the duration."),
    "blob": _("A part of this text is not here yet. Try again in a moment."),
    "forbidden_character": _("The text holds a character that is not taken: a control or invisible one."),
    "unassigned_character": _("The text holds a character that no standard knows."),
    "unbalanced_isolate": _("The text opens or ends a change of direction alone."),
    "envelope_size": _("The text is too long for one act. Put long texts into an attachment."),
    "string_too_long": _("The text is too long for one act. Put long texts into an attachment."),
    "too_large": _("The text is too long for one act. Put long texts into an attachment."),
}
"""Words for what rules and the record refuse, above the form or page."""


def name_rule(rule: str, n: int | None) -> Promise | str:
    """The rule of entry into force as a reader says it: with its days or months."""
    if n is not None and rule == Rule.FIRST_DAY_OF_NTH_MONTH_AFTER_LAST_NOTIFICATION.value:
        known = MONTH_RULE_WORDS.get(n)
        if known is not None:
            return known
    words = dict(RULE_WORDS).get(rule, "")
    return f"{words} ({n})" if n else words
