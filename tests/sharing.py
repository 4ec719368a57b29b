"""How tests are shared among the workers of one run: what is set up together stays together.

A file stays with one worker, since what it has set up (a store, two nodes) takes longer than its tests; so
does a folder whose files share two nodes. Files that are played in each language are shared by language, and
the tests of a few files one by one.
"""

import re
from pathlib import PurePosixPath

from xdist.scheduler import LoadScopeScheduling

ONE_WORLD = frozenset({"agreements", "meetings", "public", "review", "roadmap"})
"""Folders of ``tests/integration`` whose files share two nodes."""

BY_ITSELF = frozenset(
    {"test_power_cut.py", "test_kill_loop.py", "test_two_sequencers.py", "test_20_real_disk.py"}
)
"""Files whose tests each set up all they need, and take long."""

ON_SERVER = re.compile(r"postgresql|database_server")
"""Of those, tests that start a database server, which one worker does for all of them."""

LANGUAGE = re.compile(r"\[(?:ar|fr|en)\]$")


class BySetUp(LoadScopeScheduling):
    """Shares what is set up together, in the order in which it was collected."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        folder = PurePosixPath(file).parent
        if PurePosixPath(file).name in BY_ITSELF:
            return "on one database server" if ON_SERVER.search(test) else nodeid
        if folder.name in ONE_WORLD and folder.parent.name == "integration":
            return str(folder)
        language = LANGUAGE.search(test) if folder.name == "e2e" else None
        return file + (language[0] if language else "")
