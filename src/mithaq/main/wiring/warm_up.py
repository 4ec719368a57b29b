"""What the first act after a start would otherwise have to load, loaded before the node says that it is up.

Nothing is written and nothing is asked of anybody. Pages of the workspace are left out: they come with the
first person who opens one, and a node that only exchanges acts never holds them.
"""

from django.conf import settings
from django.urls import get_resolver

from mithaq.node.append.sequencer import Sequencer


def warm_up(sequencer: Sequencer) -> None:
    """Load the addresses for partners and all that is behind them, and the right edge of the own tree."""
    _ = get_resolver(settings.WIRE_URLCONF).url_patterns
    sequencer.read_edge()
