"""The collector of Python, set for a service: what lives as long as the process is never looked at again.

By default every 700 new objects bring a look at the young ones, and in the end at all of them: some 300,000
of the program alone. A queue of 4,096 drafts passes those marks many times a second.
"""

import gc

YOUNG_OBJECTS = 20_000
"""New objects between two looks at the young ones: a few megabytes."""
YOUNG_LOOKS = 20
OLD_LOOKS = 50


def calm_collector() -> None:
    """Call once everything is loaded and started."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, YOUNG_LOOKS, OLD_LOOKS)
