"""The command line: ``mithaq [--home DIR] [--json] NOUN VERB``.

``app`` puts the commands together, one module a noun registers its own; ``face`` reads the options
that stand anywhere; ``output`` is the one way to stdout and stderr; ``failure`` gives each error its
words and its exit code. Django is loaded by the commands that need a node, not before.
"""

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers its exit code. Entry point ``mithaq``."""
    from mithaq.main.wiring.collector import look_seldom

    look_seldom()
    from mithaq.main.cli.app import run

    return run(sys.argv[1:] if arguments is None else arguments)
