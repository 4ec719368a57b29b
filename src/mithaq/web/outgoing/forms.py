"""Forms that end in a command: what they share, and words for what the record refuses of any of them."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.errors import MalformedError, MithaqError
from mithaq.web.attachments import MOST_FILES, FilesField, Kept, KeptField
from mithaq.web.fields import MOST_TITLE_CHARS, TextField
from mithaq.web.forms import add_refusal
from mithaq.web.outgoing.commands import Command

LANGS: Final = ("ar", "fr")
"""Languages of what leaves."""

CODES: Final = (("green", _("Green")), ("clear", _("Clear")), ("amber", _("Amber")))
"""Handling that a person may choose."""

WORDS: Final[Mapping[str, Promise]] = {
    "forbidden_character": _("The text holds a character that is not taken: a control or invisible one."),
    "unassigned_character": _("The text holds a character that no standard knows."),
    "unbalanced_isolate": _("The text opens or ends a change of direction alone."),
    "not_nfc": _("The text is not in its normal form."),
    "name_character": _("A title holds a sign that may not be sent: hidden, lengthening or full-width."),
    "name_letter": _("A letter of the title only looks like an Arabic one as written here: use ي, ك or ه."),
    "name_script": _("A word of the title mixes two scripts."),
    "envelope_size": _("The text is too long for one act. Put long texts into an attachment."),
    "string_too_long": _("The text is too long for one act. Put long texts into an attachment."),
    "too_large": _("The text is too long for one act. Put long texts into an attachment."),
    "line_address": _("A line of a text is not named by its address."),
    "own_proposal": _("Your side proposed this version: withdraw it first, or wait for the other side."),
    "already_signed": _("Your side has signed this version."),
    "wrong_post": _("Another post than yours is named to sign this text."),
    "recipient": _("An administration is named that is not on the roster of this node."),
    "register_closed": _(
        "This register is not open with every administration named: no decision on scope in force lists it. "
        "Propose such a decision first, in the register of agreements."
    ),
}


class CommandForm(forms.Form):
    """A form that ends in a command.

    Attributes:
        about: what it is about and who fills it in; a register names the type.
    """

    heading: ClassVar[Promise]
    lead: ClassVar[Promise | str] = ""
    submit_label: ClassVar[Promise] = _("Preview")
    words: ClassVar[Mapping[str, Promise]] = WORDS
    groups: Sequence[tuple[Any, tuple[str, ...]]] = ()

    def __init__(self, *args: Any, about: Any, **kwargs: Any) -> None:
        self.about = about
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fields, choices and values that depend on what the form is about."""

    def make_command(self) -> Command:
        """The command of a valid form.

        Raises:
            MithaqError: what rules or the record refuse.
        """
        raise NotImplementedError

    def make_title(self) -> Mapping[str, str]:
        """The title of the draft, by language."""
        raise NotImplementedError

    def take_refusal(self, error: MithaqError) -> None:
        """Say above the form what was refused; what has no words here is an error of the page."""
        words = self.words.get(error.code)
        if words is None:
            raise error
        add_refusal(self, error.code, words)

    def add_code(self) -> None:
        """The choice of a handling code."""
        self.fields["code"] = forms.ChoiceField(label=_("Handling"), choices=CODES, initial="green")

    def envelope(self, title: Mapping[str, str]) -> dict[str, Any]:
        """Fields of the envelope."""
        return make_envelope(title, str(self.cleaned_data.get("code") or "green"))

    def add_signers(self, posts: Mapping[str, str]) -> tuple[str, ...]:
        """Fields for the posts that sign, one for each side; answers their names."""
        for code, post in posts.items():
            self.fields[f"signs_{code}"] = TextField(
                label=_("Signing post of %(administration)s") % {"administration": code},
                initial=post,
                max_length=128,
            )
        return tuple(f"signs_{code}" for code in posts)

    def signers(self) -> dict[str, str]:
        """Administration -> post."""
        return {
            name.removeprefix("signs_"): str(value)
            for name, value in self.cleaned_data.items()
            if name.startswith("signs_")
        }


class FilesMixin:
    """Fields for files that go with a note."""

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    def add_files(self, brought: Sequence[Kept]) -> None:
        """Add the fields: new files, and a tick for each that is here already."""
        self.fields["files"] = FilesField()
        if brought:
            self.fields["kept"] = KeptField(brought)

    def choose_files(self, brought: Sequence[Kept]) -> list[Kept]:
        """The files that go with it.

        Raises:
            MalformedError: ``upload_count``.
        """
        ticked = set(self.cleaned_data.get("kept", ()))
        found = [each for each in brought if each.sha256 in ticked]
        if len(found) > MOST_FILES:
            raise MalformedError("upload_count", "more files than one act takes")
        return found


def make_envelope(title: Mapping[str, str], code: str = "green") -> dict[str, Any]:
    """Subject, languages and handling."""
    return {
        "subject": {lang: text[:MOST_TITLE_CHARS] for lang, text in title.items() if text},
        "lang": list(LANGS),
        "handling": {"code": code, "caveats": [], "purpose": "ADMIN"},
    }


def both(cleaned: Mapping[str, Any], name: str) -> dict[str, str]:
    """A text by language from the fields ``name_ar`` and ``name_fr``, without an empty one."""
    return {lang: str(cleaned[f"{name}_{lang}"]) for lang in LANGS if cleaned.get(f"{name}_{lang}")}
