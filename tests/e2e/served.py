"""The workspace that the browser walks: a demonstration played once a run, each worker serves a copy."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TEXTS = {
    "communique.txt": "Le ministre de l’Intérieur, Abdelouafi Laftit, a reçu à Rabat, le 14 avril 2025, son "
    "homologue français, Bruno Retailleau. Ils ont évoqué la migration.\n\n« Nous avançons ensemble », "
    "a déclaré Bruno Retailleau.\n",
    "balagh.txt": "استقبل وزير الداخلية، عبد الوافي لفتيت، بالرباط يوم 14 أبريل 2025 نظيره الفرنسي برونو "
    "روتايو، وتباحثا بشأن الهجرة.\n\nشارك المقال\n",
}
"""Two accounts of one meeting, written for this test."""


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


def make_environment() -> dict[str, str]:
    """For a process of its own: nothing of this node, everything of this path."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MITHAQ_", "DJANGO_"))}
    return {**kept, "PYTHONPATH": os.pathsep.join(path for path in (str(ROOT), *sys.path) if path)}


def find_prepared(shared: Path) -> Path:
    """The folder of the prepared node; the first worker that asks makes it, the others wait."""
    folder = shared / "prepared"
    with (shared / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "told.json").exists():
            shutil.rmtree(folder, ignore_errors=True)
            _prepare(folder)
    return folder


def _prepare(folder: Path) -> None:
    texts = folder / "texts"
    texts.mkdir(parents=True)
    for name, text in TEXTS.items():
        (texts / name).write_text(text, encoding="utf-8")
    demo = [sys.executable, "-m", "mithaq", "--quiet", "demo", "--once", "--no-browser", "--dir", str(folder)]
    command = [*demo, "--sources", str(texts)]
    subprocess.run(command, check=True, env=make_environment(), stdout=subprocess.DEVNULL)
    command = [sys.executable, str(HERE / "prepare_workspace.py"), str(folder / "rabat")]
    told = subprocess.run(command, check=True, env=make_environment(), stdout=subprocess.PIPE, text=True)
    (folder / "told.json").write_text(told.stdout, encoding="utf-8")


@contextmanager
def serving(shared: Path, own: Path) -> Iterator[Workspace]:
    """A copy of the prepared node, served by a process of its own."""
    prepared = find_prepared(shared)
    told: dict[str, Any] = json.loads((prepared / "told.json").read_text(encoding="utf-8"))
    home = own / "rabat"
    shutil.copytree(prepared / "rabat", home)
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
