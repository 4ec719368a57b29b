"""One demonstration a run: the first test that asks has it played, others wait; each works on a copy.

It is played as people play it, ``mithaq demo --once``, with two public texts to take in. The homes that it
leaves are opened by nobody, so that they can be copied at any moment.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
LONGEST_S = 240
TEXTS = {
    "communique.txt": "Le ministre de l’Intérieur, Abdelouafi Laftit, a reçu à Rabat, le 14 avril 2025, son "
    "homologue français, Bruno Retailleau. Ils ont évoqué la migration.\n\n« Nous avançons ensemble », "
    "a déclaré Bruno Retailleau.\n",
    "balagh.txt": "استقبل وزير الداخلية، عبد الوافي لفتيت، بالرباط يوم 14 أبريل 2025 نظيره الفرنسي برونو "
    "روتايو، وتباحثا بشأن الهجرة.\n\nشارك المقال\n",
}
"""Two accounts of one meeting, written for the tests."""


@dataclass(frozen=True)
class Demonstration:
    """What was played.

    Attributes:
        folder: where both homes are; not to be written to.
        record: the object that the command printed.
        steps: what it told meanwhile.
    """

    folder: Path
    record: Mapping[str, Any]
    steps: str

    def copy_to(self, folder: Path, *names: str) -> None:
        """The homes of those names, or both, to do with as a test likes."""
        for name in names or ("rabat", "paris"):
            shutil.copytree(self.folder / name, folder / name)


def make_environment(**more: str) -> dict[str, str]:
    """For a process of its own: nothing of this node, everything of this path."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MITHAQ_", "DJANGO_"))}
    paths = os.pathsep.join(path for path in (str(ROOT), *sys.path) if path)
    return {**kept, "PYTHONPATH": paths, "NO_COLOR": "1", **more}


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """The folder that all workers of this run have together."""
    base = factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


def find_demonstration(shared: Path) -> Demonstration:
    """The demonstration of this run; who asks first waits until it is played, all others too."""
    folder = shared / "demonstration"
    with (shared / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "record.json").exists():
            shutil.rmtree(folder, ignore_errors=True)
            _play(folder)
    record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    return Demonstration(folder, record, (folder / "steps.txt").read_text(encoding="utf-8"))


def _play(folder: Path) -> None:
    texts = folder / "texts"
    texts.mkdir(parents=True)
    for name, text in TEXTS.items():
        (texts / name).write_text(text, encoding="utf-8")
    demo = [sys.executable, "-m", "mithaq", "demo", "--once", "--json", "--dir", str(folder)]
    ran = subprocess.run(
        [*demo, "--sources", str(texts)],
        env=make_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_S,
    )
    assert ran.returncode == 0, ran.stderr
    [line] = ran.stdout.splitlines()
    (folder / "steps.txt").write_text(ran.stderr, encoding="utf-8")
    (folder / "record.json").write_text(line, encoding="utf-8")
