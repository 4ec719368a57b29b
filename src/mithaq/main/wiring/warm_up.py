"""What the first act after a start would otherwise have to load, loaded before the node says that it is up.

Nothing is written and nothing is asked of anybody. Pages of the workspace are left out: they come with the
first person who opens one, and a node that only exchanges acts never holds them.
"""

from importlib import import_module

from django.conf import settings
from django.urls import get_resolver

from mithaq.node.append.sequencer import Sequencer
from mithaq.node.node import Node


def warm_up(node: Node, sequencer: Sequencer) -> None:
    """Load the registers, the addresses for partners and all behind them, and the edge of the own tree."""
    import_module("mithaq.web.access_log.writer")
    _ = node.registry.read_models()
    _ = get_resolver(settings.WIRE_URLCONF).url_patterns
    sequencer.read_edge()
