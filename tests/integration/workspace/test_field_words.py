"""The words that stand beside what crosses the border: each place has its own, and none says another's."""

from .conftest import Office

PLACES = (
    "manifest.v",
    "manifest.object",
    "manifest.object_kind",
    "manifest.object_v",
    "manifest.version",
    "manifest.previous",
    "manifest.data.title",
    "manifest.effect.rule",
    "manifest.signatories.1.post",
    "articles",
    "sealed",
)
TERMS = ("rule", "n", "notifications", "offset", "suspension", "denunciation_months", "on_date")


def test_each_place_of_a_proposed_text_has_its_word(office: Office) -> None:
    """A term of entry into force is not called by the name of its day."""
    from mithaq.web.outgoing.words import word_for_field

    assert [place for place in PLACES if not str(word_for_field(place))] == []
    assert len({str(word_for_field(f"manifest.effect.{name}")) for name in TERMS}) == len(TERMS)
