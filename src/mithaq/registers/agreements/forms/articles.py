"""One article in both languages."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mithaq.registers.agreements.rules.articles import write_article
from mithaq.registers.agreements.rules.fields import LANGUAGES, MAX_TITLE_CHARS
from mithaq.web.fields import TextField


class ArticleForm(forms.Form):
    """Heading and text of one article; a long text is edited one article a page."""

    submit_label = _("Save the article")
    base = forms.CharField(widget=forms.HiddenInput, max_length=20)
    heading_ar = TextField(
        label=_("Heading in Arabic"), lang="ar", required=False, max_length=MAX_TITLE_CHARS
    )
    heading_fr = TextField(
        label=_("Heading in French"), lang="fr", required=False, max_length=MAX_TITLE_CHARS
    )
    text_ar = TextField(label=_("Text in Arabic"), lang="ar", rows=8, required=False)
    text_fr = TextField(label=_("Text in French"), lang="fr", rows=8, required=False)

    def clean(self) -> dict[str, Any]:
        """Words in one language at least."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("text_ar") and not cleaned.get("text_fr") and not self.errors:
            raise forms.ValidationError(_("An article has a text in one language at least."))
        return cleaned

    def write(self, before: Mapping[str, Any], by_post: str, lang: str) -> dict[str, Any]:
        """The article as it was typed."""
        heading = {each: self.cleaned_data[f"heading_{each}"] for each in LANGUAGES}
        text = {each: self.cleaned_data[f"text_{each}"] for each in LANGUAGES}
        return write_article(before, heading, text, by_post, lang)


def initial_of(article: Mapping[str, Any], number: int) -> dict[str, Any]:
    """Values of the form for an article."""
    values: dict[str, Any] = {"base": str(number)}
    for name in ("heading", "text"):
        texts = article.get(name) or {}
        values |= {f"{name}_{lang}": texts.get(lang, "") for lang in LANGUAGES}
    return values
