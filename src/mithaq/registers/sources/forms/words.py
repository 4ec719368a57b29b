"""Words for what the rules say in codes."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, Promise]

LANGUAGES: Final = (("ar", _("Arabic")), ("fr", _("French")), ("en", _("English")))
GENRES: Final = (
    ("communique", _("Communiqué")),
    ("press_report", _("Press report")),
    ("commentary", _("Commentary")),
    ("post", _("Post on a network")),
    ("speech", _("Speech or statement")),
    ("official_text", _("Official text")),
    ("other", _("Other")),
)
TYPES: Final[Words] = {
    "person": _("Persons"),
    "body": _("Bodies"),
    "place": _("Places"),
    "event": _("Events and texts"),
    "date": _("Dates"),
    "theme": _("Themes"),
    "quotation": _("Quotations"),
    "commitment": _("Commitments"),
}
TYPE_ICONS: Final[Mapping[str, str]] = {
    "person": "person",
    "body": "building",
    "place": "geo-alt",
    "event": "flag",
    "date": "calendar3",
    "theme": "hash",
    "quotation": "quote",
    "commitment": "clipboard-check",
}
THEMES: Final[Words] = {
    "SEC": _("Security in general"),
    "CT": _("Counter-terrorism"),
    "OC": _("Organised crime"),
    "DRUGS": _("Drugs"),
    "CYBER": _("Cybercrime"),
    "MIG": _("Migration"),
    "RADIC": _("Extremism and reintegration"),
    "CIVPROT": _("Civil protection"),
    "CRISIS": _("Crisis management"),
    "EVENT": _("Major events"),
    "TRAIN": _("Expertise and training"),
    "INFO": _("Exchange of information"),
}
RULES: Final[Words] = {
    "name.alias": _("A known spelling, exactly"),
    "name.office": _("Named by the office alone: its holder on the day of publication"),
    "name.sound": _("Near to a known name by sound"),
    "name.beside_role": _("Stands where a name stands, beside a role"),
    "name.surname": _("The family name of somebody named before"),
    "body.bare_ministry": _("A ministry without its country: that of the cities named most"),
    "body.pair": _("One phrase that names a pair"),
    "date.absolute": _("A date as written"),
    "date.relative": _("Words that count from the day of publication"),
    "theme.term": _("A term of the list"),
    "quotation.marks": _("At least five words between paired marks"),
    "commitment.agreed": _("A word of agreement"),
    "commitment.committed": _("A word of commitment"),
    "commitment.proposed": _("A word of proposal"),
    "commitment.intention": _("A word of intention"),
    "commitment.announced": _("A word of announcement"),
    "remains.phrase": _("A phrase that web pages carry"),
    "remains.menu": _("Words of a menu run together"),
    "remains.byline": _("A line that names the author"),
    "remains.dateline": _("Place and agency before the text"),
    "remains.heading": _("A short line without the end of a sentence"),
    "remains.after_end": _("A short line after the last long paragraph"),
    "remains.markup": _("Marks of a web page"),
    "person": _("A person said so"),
}
REASONS: Final = (
    ("menu", _("Navigation menu")),
    ("related", _("Related articles")),
    ("comment_form", _("Comment form")),
    ("mail_notice", _("Notice on e-mail addresses")),
    ("back_to_top", _("Back to top")),
    ("dateline", _("Dateline")),
    ("byline", _("Byline")),
    ("heading", _("Heading")),
    ("other", _("Other remains of the page")),
)
STATUSES: Final[Words] = {
    "agreed": _("agreed"),
    "committed": _("committed"),
    "proposed": _("proposed"),
    "intention": _("intention"),
    "announced": _("announced"),
}
PRECISIONS: Final[Words] = {
    "day": _("to the day"),
    "month": _("to the month"),
    "year": _("to the year"),
    "open": _("open"),
}
WARNINGS: Final[Words] = {
    "needs_publication": _("It counts from the day of publication."),
    "year_missing": _("The year is not written."),
    "weekday_differs": _("The weekday written here is another one."),
    "no_such_day": _("The calendar has no such day."),
    "ambiguous": _("The words leave more than one answer."),
}
DECISIONS: Final[Words] = {
    "proposed": _("waits for a person"),
    "accepted": _("accepted"),
    "rejected": _("rejected"),
}
SPELLINGS: Final[Words] = {
    "official": _("official spelling"),
    "alias": _("known spelling"),
    "seen_in_press": _("met in the press, not correct"),
    "short": _("short form after the full name"),
}
OPEN: Final[Words] = {
    "published_on.ask": _("The day of publication is not known. Give it, or it stays open."),
    "published_on.dateline_says": _("The dateline names a day. Confirm it as the day of publication."),
    "meeting_date.no_publication_date": _("The day of the meeting is open without a day of publication."),
    "meeting_date.no_day_in_text": _("The text does not state the day of the meeting."),
    "body.which_ministry": _("Which ministry is meant is not said."),
    "place.named_after_person": _("A place named after a person makes no person."),
    "encoding.guessed_windows_1256": _("The bytes were read as Windows-1256. Check the letters."),
    "encoding.guessed_windows_1252": _("The bytes were read as Windows-1252. Check the letters."),
    "markup.tags_marked_out": _("This is the source of a web page. Its marks are marked out, not removed."),
    "invisible.characters_shown_as_boxes": _("Characters that the eye does not see are shown as boxes."),
}
MEETING_REASONS: Final[Words] = {
    "same_participants": _("They name the same persons as having met"),
    "participants": _("It names who met"),
    "same_place": _("They put it in the same place"),
    "place": _("It puts it in this place"),
    "same_date": _("They date it to the same day"),
    "date": _("One of them dates it"),
    "no_date_contradicts": _("No date contradicts, and none is settled"),
    "words_of_the_day": _("Words of the day"),
    "published_near": _("They were published near to each other"),
    "a_person_said_so": _("A person put them together"),
    "ask_publication_date": _("Give the day of publication to settle the day of the meeting"),
    "no_day_in_text": _("No text states the day"),
    "same_people_met_again": _("The same persons met at another time too: only a date tells them apart"),
}
ERRORS: Final[Words] = {
    "source_empty": _("There is no letter in it."),
    "source_not_text": _("This is no text. Take the text out of the file and paste it."),
    "source_encoding": _("The letters cannot be read: save the file as UTF-8 and try again."),
    "source_too_long": _("It is too long for one source. Take it in by parts."),
    "source_field": _(
        "A field holds something that is not taken: too long, or characters that are not seen."
    ),
    "source_decision": _("That is no decision that there is."),
    "source_reason": _("That is no reason that there is."),
    "date_unknown": _("This is no day. Write day, month and year, as 14/04/2025 or 14 April 2025."),
    "date_impossible": _("The calendar has no such day, or it is another weekday."),
    "date_relative": _("Write the day itself: words such as yesterday count from nothing here."),
    "object": _("There is no meeting or text of that id here."),
    "blob_quota": _("There is no room left for files."),
}


def word(words: Words, code: str) -> Promise | str:
    """The word for a code; the code itself where a newer node has one that is not known here."""
    return words.get(code, code)
