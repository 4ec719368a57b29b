"""Which articles can stand still by themselves, and which do."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mithaq.node.node import Node
from mithaq.node.read.whole_data import read_data
from mithaq.registers.agreements.reading.links import consolidate_text
from mithaq.registers.agreements.reading.texts import AgreementView, articles_of
from mithaq.registers.agreements.rules.kinds import AMENDMENT
from mithaq.web import suspensions


def articles_that_apply(
    node: Node, text: AgreementView, may_read: Callable[[list[str]], bool] | None = None
) -> Sequence[Mapping[str, Any]]:
    """Articles of the version that binds, as amendments in force have left them; of an amendment its changes.

    Args:
        node: to read from.
        text: what is to be suspended.
        may_read: whether the reader may read all amendments of these ids; where not, those of the text alone
            are told.

    Raises:
        MissingError: ``blob``; a part of the text is not here yet.
    """
    if text.binding is None:
        return ()
    if text.object_kind == AMENDMENT:
        changes = read_data(text.binding.manifest, node.blobs).get("changes") or ()
        return [each for each in changes if isinstance(each, Mapping) and each.get("op") != "repeal"]
    found = consolidate_text(node, text)
    if found is None or (may_read and not may_read([each.object_id for each in found.amendments])):
        return articles_of(node, text.binding.manifest)
    return [each for each in found.articles if not each.get("repealed")]


def find_still(node: Node, text: AgreementView, eids: Sequence[str]) -> list[str]:
    """Articles that do not apply now while the text does."""
    return suspensions.find_still(text.binding, eids, node.clock.now()) if text.binding else []
