"""One demonstration a run, played for the first test that asks; each works on a copy.

It is played as people play it, ``mithaq demo --once``, with two public texts to take in. The homes that it
leaves are opened by nobody, so that they can be copied at any moment.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.forks import make_environment
from tests.prepared import prepared

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


def find_demonstration() -> Demonstration:
    """The demonstration of this run."""
    folder = prepared("demonstration", _play)
    record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    return Demonstration(folder, record, (folder / "steps.txt").read_text(encoding="utf-8"))


def _play(folder: Path) -> None:
    texts = folder / "texts"
    texts.mkdir()
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
