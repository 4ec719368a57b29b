"""Proof panels of public acts, kept for a minute: everybody who opens a text asks for the same ones."""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from mithaq.web.proof import ProofPanel, Prover, known_keys
from mithaq.web.public.own_words import PublicWord
from mithaq.web.public.publication import PublicAct, PublicText
from mithaq.web.runtime import get_node, get_part

KEPT_FOR: Final = timedelta(seconds=60)
"""As long as a browser may keep the page."""
MOST_KEPT: Final = 512


class _Kept:
    def __init__(self) -> None:
        self.panels: OrderedDict[str, tuple[datetime, ProofPanel]] = OrderedDict()


def make_panels(text: PublicText) -> Sequence[ProofPanel]:
    """A panel for each act that made the text binding."""
    prover = Prover(get_node(), known_keys())
    return [_panel(prover, each, text.version.content_hash) for each in text.acts]


def make_word_panels(word: PublicWord) -> Sequence[ProofPanel]:
    """A panel for each act of a communiqué of this side."""
    prover = Prover(get_node(), known_keys())
    return [_panel(prover, each, "") for each in word.acts]


def _panel(prover: Prover, found: PublicAct, content_hash: str) -> ProofPanel:
    kept, now, act_id = get_part(_Kept).panels, get_node().clock.now(), found.act.parsed.id
    known = kept.get(act_id)
    if known is not None and timedelta(0) <= now - known[0] < KEPT_FOR and known[1].note:
        return known[1]
    panel = prover.panel(found.act, content_hash, is_clear=found.is_clear)
    kept[act_id] = (now, panel)
    if len(kept) > MOST_KEPT:
        kept.popitem(last=False)
    return panel
