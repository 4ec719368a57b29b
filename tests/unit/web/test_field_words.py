"""The words that stand beside what crosses the border: each place has its own, and none says another's."""

import re
from pathlib import Path

import pytest

from mithaq.web.outgoing.words import word_for_field

STYLE = Path(__file__).parents[3] / "src" / "mithaq" / "web" / "static" / "web" / "mithaq.css"
PLACES = (
    "manifest.v",
    "manifest.object",
    "manifest.object_kind",
    "manifest.object_v",
    "manifest.version",
    "manifest.previous",
    "manifest.data.title",
    "manifest.data.legal_nature",
    "manifest.data.concordance",
    "manifest.effect.rule",
    "manifest.signatories.1.post",
    "articles",
    "sealed",
)


@pytest.mark.parametrize("place", PLACES)
def test_a_place_in_a_proposed_text_or_an_opinion_has_a_word(place: str) -> None:
    assert str(word_for_field(place))


def test_a_term_of_entry_into_force_is_not_called_its_day() -> None:
    names = ("rule", "n", "notifications", "offset", "suspension", "denunciation_months")
    words = [str(word_for_field(f"manifest.effect.{name}")) for name in names]
    assert len({*words, str(word_for_field("manifest.effect.on_date"))}) == len(names) + 1


def test_no_picture_of_another_folder_is_used_by_its_variable() -> None:
    """The address in a variable is read from the folder of the sheet that uses it: it would not be found."""
    assert re.findall(r"background-image:[^;}]*var\(--bs-", STYLE.read_text(encoding="utf-8")) == []
