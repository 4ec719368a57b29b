"""The page of search: one box, hits by register, and what may have been meant."""

import re
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mithaq.core.names import Reason, Step
from mithaq.node.ports.search import SearchDocument
from mithaq.web.access.subject import subject_of
from mithaq.web.pages import installed_pages, object_url
from mithaq.web.runtime import get_node
from mithaq.web.search.finder import Group, Suggestion, search
from mithaq.web.search.passages import Passage, find_passage, mark_words
from mithaq.web.texts import pick
from mithaq.web.view import page, workspace_page
from mithaq.web.words import HANDLING

_PLACE: Final = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_REGISTER: Final = re.compile(r"[a-z]{1,32}", re.ASCII)

REASONS: Final = {
    Reason.SAME: _("same sound"),
    Reason.VOWEL: _("vowels differ, or are not written"),
    Reason.SEMIVOWEL: _("a long vowel or a half vowel"),
    Reason.H: _("an h that one script leaves out"),
    Reason.FREE: _("a letter that Latin script does not write"),
    Reason.NASAL: _("an n that only colours the vowel"),
    Reason.CONFUSABLE: _("sounds that are often taken for each other"),
    Reason.OTHER: _("another sound"),
    Reason.NUMBER: _("the number of a ruler"),
    Reason.WORD: _("a word that the other does not have"),
    Reason.SURNAME: _("the last name alone"),
    Reason.CLITIC: _("a particle written with the word"),
}


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A hit as the page tells it."""

    url: str
    kind: str
    title: Passage
    title_lang: str
    passage: Passage | None
    code: Promise | str


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """Hits of one register."""

    register: str
    label: Promise | str
    hits: tuple[ShownHit, ...]
    before: int | None


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One aligned pair, with the reason where the two differ."""

    a: str
    b: str
    reason: Promise | str
    is_same: bool


@dataclass(frozen=True, slots=True)
class ShownSuggestion:
    """A word or a name that may have been meant."""

    asked: str
    written: str
    url: str
    kind: str
    steps: tuple[ShownStep, ...]
    reasons: tuple[Promise | str, ...]


@workspace_page(verb="search")
def show_search(request: HttpRequest) -> HttpResponseBase:
    """Everything that the reader may find for ``?q=``; ``&register=`` narrows, ``&before=`` goes on."""
    text = request.GET.get("q", "").replace("\0", "")
    register = request.GET.get("register", "")
    register = register if _REGISTER.fullmatch(register) else ""
    place = request.GET.get("before", "")
    before = int(place) if register and _PLACE.fullmatch(place) else None
    found = search(get_node(), subject_of(request), text, register, before)
    lang = get_language() or "en"
    context = {
        "results": found,
        "query": found.text,
        "register": register,
        "groups": [_show_group(one, found.words, lang) for one in found.groups],
        "suggestions": [_show_suggestion(one, lang) for one in found.suggestions],
        "near": [_show_group(one, found.near_words, lang) for one in found.near],
        "shown": sum(len(one.hits) for one in (*found.groups, *found.near)),
        "is_continued": before is not None,
    }
    return page(request, "search/search.html", context)


def _show_group(group: Group, words: tuple[str, ...], lang: str) -> ShownGroup:
    labels = {each.name: each.label for each in installed_pages()}
    return ShownGroup(
        group.register,
        labels.get(group.register, group.register),
        tuple(_show_hit(hit.document, words, lang) for hit in group.hits),
        group.before,
    )


def _show_hit(document: SearchDocument, words: tuple[str, ...], lang: str) -> ShownHit:
    title, title_lang, _is_translated = pick(document.title, lang)
    titles = set(document.title.values())
    texts = [text for text in document.texts if text not in titles]
    others = [text for text in titles if text != title]
    passage = find_passage([*texts, *document.names, *document.aliases, *others], words)
    return ShownHit(
        _url_of(document, lang),
        document.object_kind,
        mark_words(title or document.object_kind, words),
        title_lang,
        passage,
        HANDLING.get(document.code, document.code),
    )


def _url_of(document: SearchDocument, lang: str) -> str:
    try:
        return object_url(lang, document.object_kind, document.object_id)
    except NoReverseMatch:  # an id of a register that has pages of another form
        return reverse("search")


def _show_suggestion(one: Suggestion, lang: str) -> ShownSuggestion:
    steps = tuple(_show_step(step) for step in one.steps)
    return ShownSuggestion(
        one.asked,
        one.written,
        _url_of(one.document, lang) if one.document else "",
        one.document.object_kind if one.document else "",
        steps,
        tuple(dict.fromkeys(step.reason for step in steps if not step.is_same)),
    )


def _show_step(step: Step) -> ShownStep:
    return ShownStep(step.a, step.b, REASONS.get(step.reason, str(step.reason)), step.reason is Reason.SAME)
