"""What goes beyond the register: attach to a meeting of this node, release to a partner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from django import forms
from django.utils.translation import gettext_lazy as _

from mithaq.errors import MithaqError
from mithaq.registers.sources.forms.words import ERRORS
from mithaq.registers.sources.models import Finding, Source
from mithaq.registers.sources.rules.kinds import MAX_ASSERTIONS, SOURCE_KIND
from mithaq.web.forms import add_refusal
from mithaq.web.outgoing.commands import SendNote

CODES: Final = (("green", _("Green")), ("clear", _("Clear")), ("amber", _("Amber")))


@dataclass(frozen=True, slots=True)
class Choice:
    """A meeting to choose, in the language of the page, with the items of its agenda."""

    object_id: str
    label: str
    items: Sequence[tuple[int, str]] = ()


class AttachForm(forms.Form):
    """A meeting of this node or an item of its agenda, and who reports it."""

    submit_label = _("Attach")
    groups = ()
    place = forms.ChoiceField(
        label=_("Meeting or item of its agenda"),
        help_text=_("The latest meetings; search above for others."),
        error_messages={"invalid_choice": _("Choose a meeting of the list.")},
    )
    reported_by = forms.CharField(label=_("As reported by"), max_length=200)
    with_topics = forms.BooleanField(
        label=_("Also say there what it reports, topic by topic"),
        required=False,
        help_text=_("It is held against the texts that stand beside the meeting already."),
    )

    def __init__(self, *args: Any, choices: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["place"]
        assert isinstance(place, forms.ChoiceField)
        place.choices = [("", "—"), *map(_group, choices)]

    def chosen(self) -> tuple[str, int | None]:
        """(id of the meeting, number of the item); None for the meeting as a whole."""
        object_id, _separator, item = str(self.cleaned_data["place"]).partition("#")
        return object_id, int(item) if item else None

    def refuse(self, error: MithaqError) -> None:
        """Tell what a rule refused, at its field."""
        words = ERRORS.get(error.code)
        if words is None:
            raise error
        field = "place" if error.code == "object" else "reported_by"
        add_refusal(self, error.code, words, field)


def _group(choice: Choice) -> tuple[str, list[tuple[str, str]]]:
    """A meeting with its items, as a group of a list."""
    items = [(f"{choice.object_id}#{no}", f"{no}. {title}") for no, title in choice.items]
    return choice.label, [(choice.object_id, f"{choice.label} · {_('the meeting as a whole')}"), *items]


class ReleaseForm(forms.Form):
    """To whom a source goes, and with what."""

    submit_label = _("Preview")
    groups = ()
    recipients = forms.MultipleChoiceField(label=_("To"), widget=forms.CheckboxSelectMultiple)
    title_ar = forms.CharField(
        label=_("Title in Arabic"), max_length=300, widget=forms.TextInput(attrs={"dir": "rtl", "lang": "ar"})
    )
    title_fr = forms.CharField(
        label=_("Title in French"), max_length=300, widget=forms.TextInput(attrs={"dir": "ltr", "lang": "fr"})
    )
    code = forms.ChoiceField(label=_("Handling"), choices=CODES)
    with_text = forms.BooleanField(
        label=_("With the raw text as an attachment"), required=False, initial=True
    )
    with_accepted = forms.BooleanField(
        label=_("With what a person has accepted"), required=False, initial=True
    )

    def __init__(self, *args: Any, partners: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        recipients = self.fields["recipients"]
        assert isinstance(recipients, forms.MultipleChoiceField)
        recipients.choices = list(partners)

    def command(self, row: Source) -> SendNote:
        """The note."""
        cleaned = self.cleaned_data
        return release_command(
            row,
            Outgoing(
                tuple(cleaned["recipients"]),
                {"ar": cleaned["title_ar"], "fr": cleaned["title_fr"]},
                cleaned["code"],
                with_text=cleaned["with_text"],
                with_accepted=cleaned["with_accepted"],
            ),
        )


@dataclass(frozen=True, slots=True)
class Outgoing:
    """To whom a source goes, under which title and code, and with what."""

    recipients: tuple[str, ...]
    title: Mapping[str, str]
    code: str = "green"
    with_text: bool = True
    with_accepted: bool = True


def release_command(row: Source, chosen: Outgoing) -> SendNote:
    """The note ``sources.source`` of a source: its facts, what a person accepted, the raw text as a file."""
    fields: dict[str, Any] = {
        "subject": dict(chosen.title),
        "lang": ["ar", "fr"],
        "handling": {"code": chosen.code, "caveats": [], "purpose": "ADMIN"},
    }
    if chosen.with_text:
        fields["blobs"] = [
            {
                "sha256": row.sha256,
                "size": row.size_bytes,
                "name": f"source-{row.source_id[:8]}.txt",
                "media": "text/plain",
            }
        ]
    body: dict[str, Any] = {
        "sha256": row.sha256,
        "media_type": row.media_type,
        "encoding": row.encoding,
        "language": row.language,
        "genre": row.genre,
        "title": row.title,
    }
    optional = {"publisher": row.publisher, "url": row.url, "published_on": row.published_on}
    body |= {name: value for name, value in optional.items() if value}
    if chosen.with_accepted:
        accepted = Finding.objects.filter(source=row, status="accepted").order_by("position")
        body["assertions"] = [_told(one) for one in accepted[:MAX_ASSERTIONS]]
    made = frozenset({row.sha256} if chosen.with_text else ())
    return SendNote(SOURCE_KIND, chosen.recipients, body, fields, made=made)


def _told(one: Finding) -> dict[str, Any]:
    """An accepted assertion as the partner reads it; the record holds no fractions and no nulls."""
    value = {
        key: item
        for key, item in orjson.loads(one.value).items()
        if key not in ("score", "steps") and item is not None
    }
    return {
        "type": one.type,
        "start": one.start,
        "end": one.end,
        "exact": one.exact,
        "rule_id": one.rule_id,
        "rule_version": one.rule_version,
        "value": value,
    }
