"""The collector of Python, set for a program of this size.

By default every 700 new objects bring a look at the young ones, and in the end at all of them: some 300,000
of the program alone. To load it takes a tenth longer so, and a queue of 4,096 drafts passes those marks many
times a second.
"""

import atexit
import gc

YOUNG_OBJECTS = 20_000
"""New objects between two looks at the young ones: a few megabytes."""
YOUNG_LOOKS = 20
OLD_LOOKS = 50


def look_seldom() -> None:
    """Call before anything is loaded.

    At its end Python looks at everything once more, a fifth of what a short command takes: the machine takes
    the memory back in any case, so all is put out of sight first.
    """
    gc.set_threshold(YOUNG_OBJECTS, YOUNG_LOOKS, OLD_LOOKS)
    atexit.register(gc.freeze)


def calm_collector() -> None:
    """Call in a service once everything is started: what is there lives as long, and is looked at no more."""
    gc.set_threshold(YOUNG_OBJECTS, YOUNG_LOOKS, OLD_LOOKS)
    gc.collect()
    gc.freeze()
