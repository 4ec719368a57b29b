"""Titles, signatories, rule of entry into force, duration, and what the text belongs to."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from mithaq.core.instruments.effect import NOTIFICATION_RULES, Rule
from mithaq.node.node import Node
from mithaq.registers.agreements.forms import registration, words
from mithaq.registers.agreements.forms.fields import DayField, months_field
from mithaq.registers.agreements.models import AgreementVersion
from mithaq.registers.agreements.reading.drafts import AMEND, CORRECT, NEW, DraftView
from mithaq.registers.agreements.reading.rows import load_texts, partners_of
from mithaq.registers.agreements.rules.fields import MAX_TITLE_CHARS
from mithaq.registers.agreements.rules.kinds import FRAMEWORK, SCOPE_DECISION
from mithaq.web.attachments import keep_file
from mithaq.web.basis import read_basis, write_basis
from mithaq.web.codes import choices_of
from mithaq.web.fields import LinesField, TextField
from mithaq.web.texts import pick

OFFSETS: Final = (("+00:00", "UTC+0"), ("+01:00", "UTC+1"), ("+02:00", "UTC+2"))
MOST_TEXTS: Final = 200
BOTH: Final = ("ar", "fr")
_COUNTS: Final = frozenset(
    {Rule.N_DAYS_AFTER_LAST_NOTIFICATION, Rule.FIRST_DAY_OF_NTH_MONTH_AFTER_LAST_NOTIFICATION}
)
Texts = Sequence[tuple[str, str, str]]


def known_texts(lang: str, codes: Sequence[str], besides: str = "") -> Texts:
    """(id, content hash, title) of the newest version of each text of these codes, the newest text first."""
    rows = AgreementVersion.objects.filter(code__in=codes).exclude(object_id=besides)
    rows = rows.order_by("-object_id", "-version")
    newest: dict[str, tuple[str, str, str]] = {}
    for object_id, content_hash, title in rows.values_list("object_id", "content_hash", "title")[:MOST_TEXTS]:
        newest.setdefault(object_id, (object_id, content_hash, pick(load_texts(title), lang)[0]))
    return tuple(newest.values())


class TermsForm(forms.Form):
    """Everything of a text but its articles; most may be left open until it is put forward."""

    submit_label = _("Save")
    groups: Sequence[tuple[Any, tuple[str, ...]]] = ()

    def __init__(
        self,
        *args: Any,
        node: Node,
        draft: DraftView,
        lang: str,
        readable: Sequence[str],
        dossiers: Sequence[tuple[str, Any]] = (),
        **kwargs: Any,
    ) -> None:
        self.draft = draft
        self.own = str(node.identity.code)
        self.scan: Mapping[str, Any] = draft.data.get(LOCAL, {}).get("scan", {})
        self.codes = self._signing_codes(node)
        super().__init__(*args, **kwargs)
        self._add_first()
        texts = known_texts(lang, readable, draft.text.object_id if draft.text else draft.draft_id)
        entry = self._add_entry(texts)
        duration, relations = self._add_duration(), self._add_relations(texts)
        relations += self._add_dossier(dossiers)
        conclusion, past = self._add_conclusion(), self._add_past()
        registered = registration.registration_fields(self.codes)
        self.fields |= registered
        self.groups = (
            (_("Signing posts and full powers"), self._posts),
            (_("Entry into force"), entry),
            (_("Duration, denunciation, suspension, review"), duration),
            (_("Basis, fields, other texts"), relations),
            (_("Languages, place, publication"), conclusion),
            (_("Concluded before the record"), past),
            (_("Registration, publication, original"), tuple(registered)),
        )
        if not self.is_bound:
            self.initial = {**initial_of(draft), **(self.initial or {})}

    def _signing_codes(self, node: Node) -> list[str]:
        if self.draft.purpose != NEW:
            return sorted(self.draft.signatories)
        return sorted({self.own, *map(str, partners_of(node))})

    def _add_first(self) -> None:
        draft, fields = self.draft, self.fields
        fields["base"] = forms.CharField(widget=forms.HiddenInput, max_length=20)
        fields["title_ar"] = TextField(label=_("Title in Arabic"), lang="ar", required=False)
        fields["title_fr"] = TextField(label=_("Title in French"), lang="fr", required=False)
        fields["legal_nature"] = forms.ChoiceField(
            label=_("Nature"), choices=[("", _("Not chosen yet")), *words.NATURE_WORDS], required=False
        )
        if draft.purpose == CORRECT:
            fields["reason"] = TextField(label=_("What is wrong, and why"), rows=3, max_length=2_000)
        if draft.object_kind == SCOPE_DECISION:
            fields["registers"] = forms.MultipleChoiceField(
                label=_("Registers that it opens"),
                choices=words.REGISTER_WORDS,
                widget=forms.CheckboxSelectMultiple,
            )
            fields["from_on"] = DayField(label=_("From the day"))
        if draft.purpose == NEW and len(self.codes) > 1:
            fields["signatories"] = forms.MultipleChoiceField(
                label=_("Signatories"),
                choices=[(code, code) for code in self.codes],
                widget=forms.CheckboxSelectMultiple,
            )
        fields["rule"] = forms.ChoiceField(
            label=_("Rule of entry into force"),
            choices=[("", _("Not chosen yet")), *words.RULE_WORDS],
            required=False,
        )
        names = []
        for code in self.codes:
            label = _("Signing post of %(administration)s") % {"administration": code}
            fields[f"post_{code}"] = TextField(label=label, max_length=128, required=False)
            powers = _("Full powers of %(administration)s") % {"administration": code}
            fields[f"powers_{code}"] = TextField(
                label=powers, required=False, help_text=_("A reference; empty where none are needed.")
            )
            names += [f"post_{code}", f"powers_{code}"]
        self._posts = tuple(names)

    def _add_dossier(self, dossiers: Sequence[tuple[str, Any]]) -> tuple[str, ...]:
        """Of a new text alone: every later act on a text stands in its dossier."""
        if self.draft.purpose not in (NEW, AMEND):
            return ()
        self.fields["dossier"] = forms.ChoiceField(
            label=_("Dossier"),
            choices=dossiers,
            required=False,
            help_text=_("What belongs together: a negotiation, an event, a crisis. The partner sees it too."),
        )
        return ("dossier",)

    def _add_entry(self, texts: Texts) -> tuple[str, ...]:
        self.fields |= {
            "n": forms.IntegerField(
                label=_("Days or months that the rule counts"), min_value=1, max_value=36_500, required=False
            ),
            "date": DayField(label=_("The given day"), required=False),
            "other": forms.ChoiceField(
                label=_("The other text"),
                choices=[("", "—"), *((content_hash, title) for _id, content_hash, title in texts)],
                required=False,
            ),
            "offset": forms.ChoiceField(
                label=_("Days are counted in"), choices=OFFSETS, required=False, initial="+00:00"
            ),
            "provisional_from": DayField(label=_("Provisional application from"), required=False),
        }
        return ("n", "date", "other", "offset", "provisional_from")

    def _add_duration(self) -> tuple[str, ...]:
        self.fields |= {
            "term_months": months_field(
                _("Fixed term in months"), help_text=_("Empty: for an indefinite duration.")
            ),
            "renewal_months": months_field(_("Tacit renewal by months")),
            "objection_months": months_field(_("Objection to renewal, months before")),
            "denunciation_months": forms.IntegerField(
                label=_("Notice of denunciation in months"),
                min_value=0,
                max_value=1_200,
                required=False,
                help_text=_("Empty: 12."),
            ),
            "suspension": forms.ChoiceField(
                label=_("Suspension"), choices=words.SUSPENSION_WORDS, required=False
            ),
            "review_every_months": months_field(_("Review every so many months")),
        }
        return (
            "term_months", "renewal_months", "objection_months", "denunciation_months", "suspension",
            "review_every_months",
        )  # fmt: skip

    def _add_relations(self, texts: Texts) -> tuple[str, ...]:
        titles = [(object_id, title) for object_id, _hash, title in texts]
        self.fields |= {
            "basis": LinesField(
                label=_("Basis"),
                rows=2,
                most_chars=MAX_TITLE_CHARS,
                help_text=_("One a line: the address of a line of a text, or what it is in words."),
            ),
            "field_codes": forms.MultipleChoiceField(
                label=_("Fields of cooperation"),
                choices=choices_of("field"),
                required=False,
                widget=forms.CheckboxSelectMultiple,
            ),
            "parent": forms.ChoiceField(
                label=_("Belongs under"), choices=[("", "—"), *titles], required=False
            ),
            "related": forms.MultipleChoiceField(label=_("Related texts"), choices=titles, required=False),
        }
        names = ["basis", "field_codes", "parent", "related"]
        if self.draft.object_kind == FRAMEWORK:
            self.fields["members"] = forms.MultipleChoiceField(
                label=_("Member agreements"), choices=titles, required=False
            )
            names.append("members")
        if self.draft.purpose == NEW:
            self.fields["supersedes"] = forms.MultipleChoiceField(
                label=_("Takes the place of"),
                choices=[(content_hash, title) for _id, content_hash, title in texts],
                required=False,
            )
            names.append("supersedes")
        self.fields["bodies_created"] = LinesField(
            label=_("Bodies that it creates"), rows=2, most_chars=MAX_TITLE_CHARS, help_text=_("One a line.")
        )
        return (*names, "bodies_created")

    def _add_conclusion(self) -> tuple[str, ...]:
        self.fields |= {
            "authentic_languages": forms.MultipleChoiceField(
                label=_("Authentic languages"),
                choices=words.LANGUAGE_WORDS,
                required=False,
                initial=list(BOTH),
                widget=forms.CheckboxSelectMultiple,
            ),
            "prevailing_language": forms.ChoiceField(
                label=_("Prevailing language"),
                choices=[("none", _("None: equally authentic")), *words.LANGUAGE_WORDS],
                required=False,
            ),
            "place_ar": TextField(label=_("Place in Arabic"), lang="ar", required=False),
            "place_fr": TextField(label=_("Place in French"), lang="fr", required=False),
            "amendment_rule": forms.ChoiceField(
                label=_("How it is amended"), choices=[("", "—"), *words.AMENDMENT_RULE_WORDS], required=False
            ),
            "dispute_ar": TextField(label=_("Settlement of disputes, in Arabic"), lang="ar", required=False),
            "dispute_fr": TextField(label=_("Settlement of disputes, in French"), lang="fr", required=False),
            "code": forms.ChoiceField(label=_("Handling"), choices=words.CODES, initial="green"),
            "is_public": forms.BooleanField(
                label=_("Publish once signed"),
                required=False,
                help_text=_("Needs the handling “clear”: the text then stands on the public page."),
            ),
        }
        return (
            "authentic_languages", "prevailing_language", "place_ar", "place_fr", "amendment_rule",
            "dispute_ar", "dispute_fr", "code", "is_public",
        )  # fmt: skip

    def _add_past(self) -> tuple[str, ...]:
        self.fields["past_signed_on"] = DayField(
            label=_("Signed on"),
            required=False,
            help_text=_("Only for a text concluded before the record: all sides sign these days with it."),
        )
        names = ["past_signed_on"]
        for code in self.codes:
            label = _("Notification of %(administration)s received on") % {"administration": code}
            self.fields[f"received_{code}"] = DayField(label=label, required=False, help_text="")
            names.append(f"received_{code}")
        return tuple(names)

    def clean(self) -> dict[str, Any]:
        """What a rule needs goes with it."""
        cleaned = super().clean() or self.cleaned_data
        rule = cleaned.get("rule")
        for name, wanted in (
            ("n", rule in _COUNTS),
            ("date", rule == Rule.ON_DATE),
            ("other", rule == Rule.SAME_AS),
        ):
            if wanted and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("The rule of entry into force needs this."))
        if cleaned.get("renewal_months") and not cleaned.get("term_months"):
            self.add_error("term_months", _("Only a fixed term is renewed."))
        registration.check_registration(self)
        return cleaned

    # What was typed, as it is kept

    def signatories(self) -> dict[str, str]:
        """Administration -> post that signs."""
        chosen = self.cleaned_data.get("signatories")
        codes = self.codes if chosen is None else sorted({*chosen, self.own})
        return {code: self.cleaned_data.get(f"post_{code}") or "minister" for code in codes}

    def effect(self) -> dict[str, Any]:
        """Member ``effect`` of the manifest, as far as it is chosen."""
        cleaned, rule = self.cleaned_data, self.cleaned_data.get("rule")
        effect: dict[str, Any] = {"rule": rule} if rule else {}
        if rule in _COUNTS:
            effect["n"] = cleaned["n"]
        if rule == Rule.ON_DATE:
            effect["date"] = cleaned["date"]
        if rule == Rule.SAME_AS:
            effect["other"] = cleaned["other"]
        effect |= {
            name: cleaned[name] for name in ("offset", "provisional_from", "suspension") if cleaned.get(name)
        }
        if cleaned.get("denunciation_months") is not None:
            effect["denunciation_months"] = cleaned["denunciation_months"]
        return {**effect, **self._term(), **self._past(rule)}

    def _term(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if not cleaned.get("term_months"):
            return {}
        term = {"months": cleaned["term_months"]}
        if cleaned.get("renewal_months"):
            term |= {
                "renewal_months": cleaned["renewal_months"],
                "objection_months": cleaned.get("objection_months") or 0,
            }
        return {"term": term}

    def _past(self, rule: str | None) -> dict[str, Any]:
        signed_on = self.cleaned_data.get("past_signed_on")
        if not signed_on:
            return {}
        past: dict[str, Any] = {"signed_on": signed_on}
        received = {code: self.cleaned_data[f"received_{code}"] for code in self.signatories()}
        known = {code: on for code, on in received.items() if on}
        if known and rule in NOTIFICATION_RULES:
            past["received_on"] = known
        return {"past": past}

    def make_data(self) -> dict[str, Any]:
        """Data of the manifest without articles; what is empty is left out."""
        cleaned, before = self.cleaned_data, dict(self.draft.data)
        kept = {name: value for name, value in before.items() if name not in _OF_FORM}
        powers = {
            code: cleaned.get(f"powers_{code}") or "exempt"
            for code in self.signatories()
            if code in self.codes
        }
        found: dict[str, Any] = {
            "title": _both(cleaned, "title"),
            "legal_nature": cleaned["legal_nature"],
            "full_powers": powers,
            "basis": read_basis(cleaned["basis"], before.get("basis", ())),
            "fields": sorted(cleaned["field_codes"]),
            "parent": cleaned["parent"],
            "related": sorted(cleaned["related"]),
            "members": sorted(cleaned.get("members") or ()),
            "bodies_created": cleaned["bodies_created"],
            "review_every_months": cleaned["review_every_months"],
            "authentic_languages": sorted(cleaned["authentic_languages"]),
            "prevailing_language": cleaned["prevailing_language"],
            "place": _both(cleaned, "place"),
            "amendment_rule": cleaned["amendment_rule"],
            "dispute_rule": _both(cleaned, "dispute"),
            "signed_on": cleaned["past_signed_on"],
            "registers": sorted(cleaned.get("registers") or ()),
            "from_on": cleaned.get("from_on"),
            "visibility": "public" if cleaned["is_public"] and cleaned["code"] == "clear" else None,
            "alternat": True,
            **registration.registration_of(cleaned, self.codes),
            registration.SCAN: self.scan["sha256"] if self.scan else before.get(registration.SCAN),
        }
        return {**kept, **{name: value for name, value in found.items() if value not in ("", None, [], {})}}

    def local(self) -> dict[str, Any]:
        """What is kept with the draft and is no member of the data."""
        cleaned = self.cleaned_data
        return {
            "code": cleaned["code"],
            "reason": cleaned.get("reason") or "",
            "supersedes": sorted(cleaned.get("supersedes") or ()),
            **({"scan": self.scan} if self.scan else {}),
            **({"dossier": cleaned["dossier"]} if "dossier" in cleaned else {}),
        }

    def keep_scan(self, node: Node, user_id: str) -> None:
        """Keep the scan that was brought, for the version to name it.

        Raises:
            MalformedError, RefusedError: as ``keep_file``.
        """
        brought = self.cleaned_data.get("scan")
        if brought:
            media = brought.content_type or ""
            self.scan = keep_file(node, user_id, brought.name, media, brought.read()).to_blob()


LOCAL: Final = "local"
"""Member of a kept draft's data that never goes out."""

_OF_FORM: Final = frozenset(
    {
        "title", "legal_nature", "full_powers", "basis", "fields", "parent", "related", "members",
        "bodies_created", "review_every_months", "authentic_languages", "prevailing_language", "place",
        "amendment_rule", "dispute_rule", "signed_on", "registers", "from_on", "visibility", "alternat",
        LOCAL, *registration.OF_REGISTRATION,
    }
)  # fmt: skip


def initial_of(draft: DraftView) -> dict[str, Any]:
    """Values of the form for a draft."""
    data, effect, local = draft.data, draft.effect, draft.data.get(LOCAL, {})
    term, past = effect.get("term", {}), effect.get("past", {})
    values: dict[str, Any] = {
        "base": str(draft.number),
        **{name: data.get(name, "") for name in ("legal_nature", "parent", "amendment_rule")},
        **{name: data.get(name, []) for name in ("related", "members", "registers")},
        **{name: effect.get(name, "") for name in ("rule", "n", "date", "other", "provisional_from")},
        "offset": effect.get("offset", "+00:00"),
        "suspension": effect.get("suspension", "unilateral"),
        "denunciation_months": effect.get("denunciation_months"),
        "term_months": term.get("months"),
        "renewal_months": term.get("renewal_months"),
        "objection_months": term.get("objection_months"),
        "review_every_months": data.get("review_every_months"),
        "from_on": data.get("from_on", ""),
        "field_codes": data.get("fields", []),
        "basis": write_basis(data.get("basis", [])),
        "bodies_created": "\n".join(data.get("bodies_created", [])),
        "authentic_languages": data.get("authentic_languages", list(BOTH)),
        "prevailing_language": data.get("prevailing_language", "none"),
        "is_public": data.get("visibility") == "public",
        "code": local.get("code", "green"),
        "dossier": dossier_of(draft),
        "reason": local.get("reason", ""),
        "supersedes": local.get("supersedes", []),
        "signatories": sorted(draft.signatories),
        "past_signed_on": past.get("signed_on", ""),
        **registration.initial_of(data),
    }
    for field, name in (("title", "title"), ("place", "place"), ("dispute", "dispute_rule")):
        texts = data.get(name) or {}
        values |= {f"{field}_{lang}": texts.get(lang, "") for lang in BOTH if isinstance(texts, Mapping)}
    for code, post in draft.signatories.items():
        powers = data.get("full_powers", {}).get(code, "exempt")
        values |= {f"post_{code}": post, f"powers_{code}": "" if powers == "exempt" else powers}
        values[f"received_{code}"] = past.get("received_on", {}).get(code, "")
    return values


def dossier_of(draft: DraftView) -> str:
    """Where a new text is filed: as was chosen, else an amendment where its text is. ``own``: anew."""
    text = draft.text.first.parsed.dossier if draft.text is not None else None
    return str(draft.data.get(LOCAL, {}).get("dossier", text or ""))


def _both(cleaned: Mapping[str, Any], name: str) -> dict[str, str]:
    return {lang: cleaned[f"{name}_{lang}"] for lang in BOTH if cleaned.get(f"{name}_{lang}")}
