"""The workspace that the browser walks: the demonstration, prepared once a run; each worker serves a copy."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.demonstration import find_demonstration
from tests.forks import make_environment
from tests.prepared import prepared

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Visit:
    """A page to look at.

    Attributes:
        seat: who looks at it, a name of ``Workspace.cookies``.
        path: without its language.
        fields: what is sent there; None to ask for it.
        token: whether the form belongs to the session.
        status: what it answers.
    """

    path: str
    seat: str = "officer"
    fields: Mapping[str, str] | None = None
    token: bool = True
    status: int = 200


@dataclass(frozen=True)
class Workspace:
    """What the process that prepared it told, and where it is served.

    Attributes:
        cookies: seat -> name and value of the session; empty for who has not signed in.
        pages: name of a page -> paths that links lead to, for who holds every role.
        forms: those of them with a form to fill in.
        states: pages that no link leads to.
        names: of all pages that can be asked for.
    """

    url: str
    cookies: Mapping[str, Mapping[str, str]]
    pages: Mapping[str, list[str]]
    forms: list[str]
    states: list[Visit]
    state_names: list[str]
    names: list[str]

    def visits(self) -> list[Visit]:
        """Every page of the walk, and every state."""
        return [*(Visit(path) for paths in self.pages.values() for path in paths), *self.states]

    def example(self, name: str) -> str:
        """A path of a page."""
        return self.pages[name][0]


def _prepare(folder: Path) -> None:
    find_demonstration().copy_to(folder, "rabat")
    command = [sys.executable, str(HERE / "prepare_workspace.py"), str(folder / "rabat")]
    told = subprocess.run(command, check=True, env=make_environment(), stdout=subprocess.PIPE, text=True)
    (folder / "told.json").write_text(told.stdout, encoding="utf-8")


@contextmanager
def serving(own: Path) -> Iterator[Workspace]:
    """A copy of the prepared node, served by a process of its own."""
    made = prepared("workspace", _prepare)
    told: dict[str, Any] = json.loads((made / "told.json").read_text(encoding="utf-8"))
    home = own / "rabat"
    shutil.copytree(made / "rabat", home)
    command = [sys.executable, str(HERE / "serve_workspace.py"), str(home)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=make_environment(), text=True
    ) as served:
        assert served.stdin is not None
        assert served.stdout is not None
        url = served.stdout.readline().strip()
        assert url, "the workspace was not served"
        states = [Visit(**each) for each in told.pop("states")]
        yield Workspace(url=url, states=states, **told)
        served.stdin.close()
        served.wait(30)
