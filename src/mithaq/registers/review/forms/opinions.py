"""What our side thinks of one agreement."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.registers.review.forms.base import Case, CaseForm, name_title, send
from mithaq.registers.review.rules.fields import MAX_ITEMS
from mithaq.registers.review.rules.kinds import OPINION
from mithaq.registers.review.rules.opinions import Opinion, check_opinion
from mithaq.web.fields import LinesField, TextField
from mithaq.web.outgoing.commands import Command
from mithaq.web.texts import pick

OPINION_WORDS: Final[Mapping[str, Promise]] = {
    Opinion.KEEP: _("Keep as it is"),
    Opinion.AMEND: _("Amend"),
    Opinion.REPLACE: _("Replace by a new text"),
    Opinion.MERGE_WITH: _("Merge with another agreement"),
    Opinion.TERMINATE: _("End"),
    Opinion.UNDECIDED: _("Undecided"),
}
TITLE: Final = {"ar": "رأي بشأن:", "fr": "Avis :"}
"""Begin of the title of the act: data of the record, as every subject of an act."""

_ARTICLE = re.compile(r"(?:art(?:icle)?[ ._]*)?([0-9]{1,4})((?:__[a-z0-9_]+)?)", re.ASCII | re.IGNORECASE)


class VerdictMixin:
    """The fields that an opinion and an outcome share."""

    about: Case
    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    def add_verdict(self, *, with_undecided: bool) -> None:
        """Opinion, articles, and with what to merge."""
        choices = [(str(code), word) for code, word in OPINION_WORDS.items()]
        if not with_undecided:
            choices = [each for each in choices if each[0] != Opinion.UNDECIDED]
        self.fields["opinion"] = forms.ChoiceField(
            label=_("What should become of it"), choices=[("", "—"), *choices], required=with_undecided
        )
        self.fields["articles"] = LinesField(
            most_lines=MAX_ITEMS,
            label=_("Articles concerned"),
            rows=2,
            help_text=_("One a line, as 14 or art_14__para_2; none for the whole."),
        )
        others = [
            (each.reviewed.agreement, pick(each.reviewed.title, self.about.lang)[0])
            for each in self.about.needed_review.cells
            if each.reviewed.agreement != self.about.needed_cell.reviewed.agreement
        ]
        self.fields["merge_with"] = forms.ChoiceField(
            label=_("Merge with"), choices=[("", "—"), *others], required=False
        )

    def read_verdict(self) -> dict[str, Any]:
        """The members that they give."""
        cleaned = self.cleaned_data
        found = {
            "agreement": self.about.needed_cell.reviewed.agreement,
            "opinion": cleaned["opinion"],
            "articles": [name_article(each) for each in cleaned["articles"]],
        }
        if cleaned["opinion"] == Opinion.MERGE_WITH:
            found["merge_with"] = cleaned["merge_with"]
        return found


def name_article(typed: str) -> str:
    """``14``, ``art. 14`` and ``Article 14`` become ``art_14``; what is no number stays as typed."""
    found = _ARTICLE.fullmatch(typed.strip())
    return f"art_{int(found[1])}{found[2].lower()}" if found else typed.strip()


class OpinionForm(VerdictMixin, CaseForm):
    """One side, one agreement."""

    heading = _("Opinion of our side")

    def prepare(self) -> None:
        """What should become of it, and why."""
        self.add_verdict(with_undecided=True)
        self.fields["reason"] = TextField(label=_("Reason"), rows=5)
        self.add_code()

    @property
    def is_sealed(self) -> bool:
        """Whether it is appended to nobody."""
        return bool(self.about.needed_review.is_sealed)

    def make_body(self) -> dict[str, Any]:
        """Body of the note."""
        body = {
            "plan": self.about.needed_review.object_id,
            **self.read_verdict(),
            "reason": {self.about.lang: self.cleaned_data["reason"]},
            "sealed": self.is_sealed,
        }
        check_opinion(body)
        return body

    def make_command(self) -> Command:
        """To the other sides, or to nobody where opinions are sealed."""
        others = () if self.is_sealed else self.about.needed_review.others(self.about.own)
        return send(others, OPINION, self.make_body(), self.envelope(self.make_title()))

    def make_title(self) -> Mapping[str, str]:
        """That of the agreement, with a word before it."""
        return name_title(TITLE, self.about.needed_cell.reviewed.title)
