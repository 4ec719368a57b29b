"""Take a text in, and say more of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mithaq.errors import MithaqError
from mithaq.registers.sources.forms.words import ERRORS, GENRES, LANGUAGES
from mithaq.registers.sources.intake.adding import MAX_URL_CHARS, Described
from mithaq.registers.sources.rules.kinds import MAX_FIELD_CHARS
from mithaq.registers.sources.rules.reading import MAX_SOURCE_BYTES
from mithaq.web.forms import add_refusal

UNKNOWN = ("", _("As the text shows"))
_DATE_FIELDS = frozenset({"date_unknown", "date_impossible", "date_relative"})


class DescribeForm(forms.Form):
    """What a person says of a text. An empty field says nothing, but an emptied one takes it back."""

    submit_label = _("Keep")
    groups: tuple[tuple[Any, tuple[str, ...]], ...] = ((_("More"), ("genre", "url")),)
    published_on = forms.CharField(
        label=_("Published on"),
        max_length=64,
        required=False,
        help_text=_("Day, month and year. Relative dates count from it; without it they stay open."),
    )
    publisher = forms.CharField(label=_("Publisher"), max_length=MAX_FIELD_CHARS, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=(UNKNOWN, *LANGUAGES), required=False)
    genre = forms.ChoiceField(label=_("Genre"), choices=(UNKNOWN, *GENRES), required=False)
    url = forms.CharField(
        label=_("Address"),
        max_length=MAX_URL_CHARS,
        required=False,
        help_text=_("Where it stood. It is never opened by this node."),
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "url"}),
    )

    def said(self) -> Described:
        """What was said."""
        cleaned = self.cleaned_data
        return Described(
            cleaned["published_on"],
            cleaned["publisher"],
            cleaned["language"] or None,
            cleaned["url"],
            cleaned["genre"] or None,
        )

    def refuse(self, error: MithaqError) -> None:
        """Tell what a rule refused, at its field."""
        words = ERRORS.get(error.code)
        if words is None:
            raise error
        field = "published_on" if error.code in _DATE_FIELDS else None
        add_refusal(self, error.code, words, field)


class IntakeForm(DescribeForm):
    """A text: pasted, or as a file."""

    submit_label = _("Take in")
    groups = ((_("More"), ("language", "genre", "url")),)
    text = forms.CharField(
        label=_("Text"),
        required=False,
        strip=False,
        max_length=MAX_SOURCE_BYTES,
        widget=forms.Textarea(attrs={"rows": 12, "dir": "auto"}),
        help_text=_("Paste it whole, with what stood around it. Nothing is cut: remains are marked."),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        max_length=255,
        help_text=_("A text file, at most 1 MiB. Its bytes are kept as they are."),
        widget=forms.FileInput(attrs={"accept": ".txt,.md,.html,.htm,text/plain,text/html"}),
    )
    field_order = ("text", "file", "published_on", "publisher", "language", "genre", "url")

    def clean(self) -> dict[str, Any]:
        """One of the two, and not both."""
        cleaned = super().clean() or self.cleaned_data
        file = cleaned.get("file")
        if file is not None and file.size is not None and file.size > MAX_SOURCE_BYTES:
            add_refusal(self, "source_too_long", ERRORS["source_too_long"], "file")
        has_text = bool((cleaned.get("text") or "").strip())
        if not self.errors and has_text == (file is not None):
            words = _("Give either a text or a file.") if has_text else _("Paste a text, or choose a file.")
            add_refusal(self, "source_empty", words, "text")
        return cleaned

    def data_bytes(self) -> bytes:
        """The bytes: of the file as they are; of pasted text in UTF-8, its ends of lines as they were."""
        file = self.cleaned_data.get("file")
        if file is not None:
            return bytes(file.read(MAX_SOURCE_BYTES + 1))
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n")
        return text.encode("utf-8", "surrogatepass")

    def refuse(self, error: MithaqError) -> None:
        """What concerns the text stands at the text or the file."""
        words = ERRORS.get(error.code)
        if words is not None and error.code.startswith("source_") and error.code != "source_field":
            field = "file" if self.cleaned_data.get("file") is not None else "text"
            add_refusal(self, error.code, words, field)
        else:
            super().refuse(error)
