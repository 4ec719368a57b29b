"""Sources on both engines: the same rows, and the same again after a replay."""

from .conftest import Office
from .test_sources import FRESH, REVIEW, assertion_of


def test_both_engines_keep_and_replay_the_same(any_office: Office) -> None:
    from mithaq.node.append.submit import Author
    from mithaq.node.read.rebuild import rebuild
    from mithaq.registers.sources.intake.adding import Described, add_source
    from mithaq.registers.sources.intake.deciding import classify_paragraph, decide
    from mithaq.registers.sources.models import Source
    from mithaq.registers.sources.reading.meetings import find_meetings
    from mithaq.registers.sources.reading.records import list_sources

    node, author = any_office.node, Author("desk", "p-author")
    added = add_source(node, REVIEW.encode(), Described(published_on="14/04/2025"), author)
    add_source(node, FRESH.encode(), Described(), author)
    row = Source.objects.get(pk=added.source_id)
    decide(node, row.source_id, assertion_of(row, "commitment"), "accepted", author)
    classify_paragraph(node, row.source_id, 1, None, author)

    assert [len(one.sources) for one in find_meetings().groups] == [2]
    assert list_sources(only_open=True).count() == 2
    [model] = [one for one in rebuild(node, check=True) if one.name == "sources"]
    assert model.equal
