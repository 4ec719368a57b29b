"""The code lists that both sides share, for pages: labels, and choices of fields and filters."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from django.utils.translation import get_language

from mithaq.core.codelists import START_LISTS, Codelist
from mithaq.node.node import Node
from mithaq.node.read.codelists import read_codelist
from mithaq.web.lasting import Lasting
from mithaq.web.runtime import get_part
from mithaq.web.texts import LocalText

KEPT_FOR: Final = timedelta(minutes=1)


def labels_of(codelist: str) -> Mapping[str, LocalText]:
    """Code -> label by language, of the list as it counts today; empty for a list that there is not."""
    found = get_part(_make_lists).get().get(codelist)
    return {} if found is None else {each.code: LocalText(each.label) for each in found.codes}


def choices_of(codelist: str) -> list[tuple[str, str]]:
    """The list as the choices of a field or a filter, in the language of the page."""
    lang = get_language() or "en"
    found = get_part(_make_lists).get().get(codelist)
    return [] if found is None else [(each.code, each.name(lang)) for each in found.codes]


def name_code(codelist: str, code: str) -> str:
    """The word for a code in the language of the page; the code itself where no list holds it."""
    return dict(choices_of(codelist)).get(code, code)


def _make_lists() -> Lasting[dict[str, Codelist]]:
    return Lasting(_read_lists, KEPT_FOR)


def _read_lists(node: Node) -> dict[str, Codelist]:
    today = node.clock.now().date()
    return {name: read_codelist(node.store, name, today) for name in START_LISTS}
